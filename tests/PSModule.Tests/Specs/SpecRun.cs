// One run of a file of specs: where it is, and what became of its examples.

using System.Management.Automation;

namespace PSModule.Tests.Specs;

internal sealed class SpecRun
{
    public const string Variable = "SpecRun";

    /// <summary>The block being described or run, the file first.</summary>
    public Stack<SpecNode> Path { get; } = new([new SpecNode("")]);

    public SpecNode Current => Path.Peek();

    public int Passed { get; set; }

    public List<string> Failures { get; } = [];

    /// <summary>The full name of an example of the current block.</summary>
    public string NameOf(string example) => string.Join(" ", Path.Reverse().Select(static n => n.Name).Append(example).Where(static n => n.Length > 0));

    public void Fail(string example, RuntimeException exception) => Failures.Add(
        $"{NameOf(example)}: {exception.ErrorRecord.FullyQualifiedErrorId}: {exception.Message} {exception.ErrorRecord.InvocationInfo?.PositionMessage}");
}
