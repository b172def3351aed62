// The words that describe: they only collect. A word of Pester that is not here, or a parameter of one, is an
// error of the engine, so a file that uses it does not pass.

using System.Collections;
using System.Management.Automation;

namespace PSModule.Tests.Specs;

/// <summary>Describe and Context.</summary>
[Cmdlet(VerbsCommon.Add, "SpecBlock")]
public sealed class AddSpecBlockCommand : SpecCommandBase
{
    [Parameter(Position = 0, Mandatory = true)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true)]
    public ScriptBlock Fixture { get; set; } = null!;

    [Parameter]
    public string[] Tag { get; set; } = [];

    protected override void ProcessRecord()
    {
        var run = Run;
        var node = new SpecNode(Name);
        run.Current.Blocks.Add(node);
        run.Path.Push(node);
        InvokeCommand.InvokeScript(true, Fixture, null);
        run.Path.Pop();
    }
}

/// <summary>It.</summary>
[Cmdlet(VerbsCommon.Add, "SpecExample")]
public sealed class AddSpecExampleCommand : SpecCommandBase
{
    [Parameter(Position = 0, Mandatory = true)]
    public string Name { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true)]
    public ScriptBlock Test { get; set; } = null!;

    [Parameter]
    public string[] Tag { get; set; } = [];

    [Parameter]
    [Alias("TestCases")]
    public IDictionary[] ForEach { get; set; } = [];

    protected override void ProcessRecord()
    {
        if (ForEach.Length == 0)
        {
            Run.Current.Examples.Add((Name, Test, new Dictionary<string, object?>()));
        }

        foreach (var row in ForEach)
        {
            var values = row.Keys.Cast<string>().ToDictionary(static k => k, k => row[k], StringComparer.OrdinalIgnoreCase);
            var name = values.Aggregate(Name, static (text, value) => text.Replace($"<{value.Key}>", value.Value?.ToString(), StringComparison.OrdinalIgnoreCase));
            Run.Current.Examples.Add((name, Test, values));
        }
    }
}

/// <summary>BeforeAll, AfterAll, BeforeEach and AfterEach.</summary>
[Cmdlet(VerbsCommon.Add, "SpecSetup")]
public sealed class AddSpecSetupCommand : SpecCommandBase
{
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock Block { get; set; } = null!;

    protected override void ProcessRecord() => (MyInvocation.InvocationName switch
    {
        "BeforeAll" => Run.Current.BeforeAll,
        "AfterAll" => Run.Current.AfterAll,
        "BeforeEach" => Run.Current.BeforeEach,
        "AfterEach" => Run.Current.AfterEach,
        var name => throw new InvalidOperationException(name),
    }).Add(Block);
}
