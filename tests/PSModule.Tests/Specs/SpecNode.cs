// What a file of specs describes: blocks in blocks, each with examples and what runs around them.

using System.Management.Automation;

namespace PSModule.Tests.Specs;

/// <summary>A Describe or Context, or the file.</summary>
internal sealed class SpecNode(string name)
{
    public string Name { get; } = name;

    public List<SpecNode> Blocks { get; } = [];

    public List<(string Name, ScriptBlock Test, IReadOnlyDictionary<string, object?> Values)> Examples { get; } = [];

    public List<ScriptBlock> BeforeAll { get; } = [];

    public List<ScriptBlock> AfterAll { get; } = [];

    public List<ScriptBlock> BeforeEach { get; } = [];

    public List<ScriptBlock> AfterEach { get; } = [];
}
