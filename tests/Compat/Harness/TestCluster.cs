namespace Compat.Harness;

/// <summary>A cluster of kvnodes in a directory of its own.</summary>
internal sealed class TestCluster : IDisposable
{
    private TestCluster(string directory, Node[] nodes) => (Directory, Nodes) = (directory, nodes);

    public string Directory { get; }

    public Node[] Nodes { get; private set; }

    /// <summary>All client URLs, joined as etcdctl wants them.</summary>
    public string Endpoints => string.Join(',', Nodes.Select(n => n.ClientUrl));

    /// <summary>Starts a cluster and waits until every node is ready.</summary>
    public static async Task<TestCluster> StartAsync(int count, params string[] flags)
    {
        var cluster = Plan(count, flags);
        await cluster.StartAllAsync();
        return cluster;
    }

    /// <summary>A cluster that has not been started.</summary>
    public static TestCluster Plan(int count, params string[] flags) => Plan(count, "http", flags);

    /// <summary>A cluster that has not been started, with TLS on both ports.</summary>
    public static TestCluster PlanSecure(int count, params string[] flags) => Plan(count, "https", flags);

    private static TestCluster Plan(int count, string scheme, string[] flags)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("kv-compat-").FullName;
        var ports = Ports.Free(count * 2);
        var initial = string.Join(',', Enumerable.Range(0, count).Select(i => $"n{i + 1}={scheme}://127.0.0.1:{ports[count + i]}"));
        var nodes = Enumerable.Range(0, count)
            .Select(i => new Node($"n{i + 1}", directory, scheme, ports[i], ports[count + i], initial, flags))
            .ToArray();
        return new TestCluster(directory, nodes);
    }

    /// <summary>A node that is not started yet and joins the nodes there are; it counts as one of them
    /// from now on.</summary>
    public Node PlanJoiner(params string[] flags)
    {
        var ports = Ports.Free(2);
        var name = $"j{Nodes.Length + 1}";
        var initial = string.Join(
            ',', Nodes.Select(n => $"{n.Name}={n.PeerUrl}").Append($"{name}=http://127.0.0.1:{ports[1]}"));
        var node = new Node(
            name, Directory, "http", ports[0], ports[1], initial, ["--initial-cluster-state", "existing", .. flags]);
        Nodes = [.. Nodes, node];
        return node;
    }

    /// <summary>Stops counting a node that has left the cluster.</summary>
    public void Forget(Node node)
    {
        Nodes = [.. Nodes.Where(n => n != node)];
        node.Dispose();
    }

    public async Task StartAllAsync()
    {
        var processes = Nodes.Select(node => node.Start()).ToArray();
        foreach (var process in processes)
        {
            await process.WhenReadyAsync();
        }
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
