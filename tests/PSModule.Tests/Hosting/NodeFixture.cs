// A three-node cluster of the real program, shared by the tests that need a server but do nothing to
// it. It is started by the module itself, as a user would.

using Kv.PowerShell.Model;

namespace PSModule.Tests.Hosting;

public sealed class NodeFixture : IDisposable
{
    internal const string Name = "node";

    private readonly Shell _shell = new();

    public NodeFixture() => Nodes = _shell.Run(
            "New-KvCluster -Count 3 -Name shared -Path $a | Start-KvNode -NodePath $b -PassThru",
            TestPaths.NewFolder(),
            TestPaths.NodeProgram)
        .WithoutErrors().As<KvNode>();

    public IReadOnlyList<KvNode> Nodes { get; }

    public string[] Endpoints => [.. Nodes.Select(static n => n.ClientUrl)];

    /// <summary>A shell that is connected to the cluster.</summary>
    internal Shell Connect()
    {
        var shell = new Shell();
        shell.Run("Connect-KvCluster $a", (object)Endpoints).WithoutErrors();
        return shell;
    }

    public void Dispose()
    {
        _shell.Run("$a | Stop-KvNode", (object)Nodes.ToArray()).WithoutErrors();
        _shell.Dispose();
    }
}

[CollectionDefinition(NodeFixture.Name)]
public sealed class NodeCollection : ICollectionFixture<NodeFixture>;
