// Running what was described. Each block has a scope of its own, so that its examples see what its BeforeAll
// set, and each example one in that.

using System.Management.Automation;

namespace PSModule.Tests.Specs;

/// <summary>Runs a file.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SpecFile")]
public sealed class InvokeSpecFileCommand : SpecCommandBase
{
    [Parameter(Position = 0, Mandatory = true)]
    public string Path { get; set; } = "";

    protected override void ProcessRecord()
    {
        var run = new SpecRun();
        SessionState.PSVariable.Set(new PSVariable(SpecRun.Variable, new PSObject(run)));
        InvokeCommand.InvokeScript(true, ScriptBlock.Create("& $args[0]"), null, Path);
        InNewScope("Invoke-SpecBlock");
        WriteObject(run);
    }
}

/// <summary>Runs the current block.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SpecBlock")]
public sealed class InvokeSpecBlockCommand : SpecCommandBase
{
    protected override void ProcessRecord()
    {
        var run = Run;
        var node = run.Current;
        try
        {
            node.BeforeAll.ForEach(InScope);
            foreach (var (name, test, values) in node.Examples)
            {
                SessionState.PSVariable.Set(new PSVariable("SpecExample", new PSObject(new SpecExample(name, test, values))));
                InNewScope("Invoke-SpecExample");
            }

            foreach (var block in node.Blocks)
            {
                run.Path.Push(block);
                InNewScope("Invoke-SpecBlock");
                run.Path.Pop();
            }
        }
        catch (RuntimeException exception)
        {
            run.Fail("(BeforeAll)", exception);
        }
        finally
        {
            Clean(node.AfterAll, "(AfterAll)");
        }
    }

    private void Clean(List<ScriptBlock> blocks, string name)
    {
        try
        {
            blocks.ForEach(InScope);
        }
        catch (RuntimeException exception)
        {
            Run.Fail(name, exception);
        }
    }
}

/// <summary>Runs one example.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SpecExample")]
public sealed class InvokeSpecExampleCommand : SpecCommandBase
{
    protected override void ProcessRecord()
    {
        var example = (SpecExample)((PSObject)SessionState.PSVariable.GetValue("SpecExample")).BaseObject;
        foreach (var value in example.Values)
        {
            SessionState.PSVariable.Set(new PSVariable(value.Key, value.Value));
        }

        try
        {
            Around(static n => n.BeforeEach, fromOuter: true);
            InScope(example.Test);
            Run.Passed++;
        }
        catch (RuntimeException exception)
        {
            Run.Fail(example.Name, exception);
        }
        finally
        {
            Around(static n => n.AfterEach, fromOuter: false);
        }
    }

    private void Around(Func<SpecNode, List<ScriptBlock>> blocks, bool fromOuter)
    {
        foreach (var block in (fromOuter ? Run.Path.Reverse() : Run.Path).SelectMany(blocks).ToList())
        {
            InScope(block);
        }
    }
}

internal sealed record SpecExample(string Name, ScriptBlock Test, IReadOnlyDictionary<string, object?> Values);
