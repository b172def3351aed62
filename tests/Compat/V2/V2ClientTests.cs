// v2 clients of other languages, against kvnode and against etcd: what they see must be the same.
using Compat.Harness;
using Xunit;

namespace Compat.V2;

/// <summary>Debian's python3-etcd and npm's node-etcd.</summary>
public sealed class V2ClientTests(V2ReferencePair servers) : IClassFixture<V2ReferencePair>
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [Fact]
    public Task Pythons_client_sees_what_it_sees_of_etcd() => SameWalkAsync(Tools.Python, Tools.PythonProgram);

    [Fact]
    public Task Nodes_client_sees_what_it_sees_of_etcd()
    {
        var modules = Path.Combine(Path.GetDirectoryName(Tools.NodeEtcdProgram)!, "node_modules/node-etcd");
        Assert.True(Directory.Exists(modules), "node-etcd is missing: run npm ci in tests/Compat/NodeEtcd");
        return SameWalkAsync(Tools.NodeJs, Tools.NodeEtcdProgram);
    }

    private async Task SameWalkAsync(string interpreter, string program)
    {
        using var pair = await V2Pair.AlignAsync(servers);
        var theirs = await WalkAsync(interpreter, program, servers.EtcdUrl);
        var ours = await WalkAsync(interpreter, program, servers.KvUrl);
        Assert.Equal(theirs, ours);
    }

    private static async Task<string> WalkAsync(string interpreter, string program, string url)
    {
        var result = await Programs.RunAsync(interpreter, NoVariables, program, url);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}");
        return result.Output;
    }
}
