// v2 clients of other languages, against kvnode and against etcd: what they see must be the same.
using Compat.Harness;
using Xunit;

namespace Compat.V2;

/// <summary>Debian's python3-etcd and npm's node-etcd.</summary>
public sealed class V2ClientTests(V2ReferencePair servers) : IClassFixture<V2ReferencePair>
{
    [Fact]
    public Task Pythons_client_sees_what_it_sees_of_etcd() => SameWalkAsync(Tools.Python, "walk.py");

    [Fact]
    public Task Nodes_client_sees_what_it_sees_of_etcd() => SameWalkAsync(Tools.NodeJs, "walk.js");

    private async Task SameWalkAsync(string program, string script)
    {
        using var pair = await V2Pair.AlignAsync(servers);
        var theirs = await WalkAsync(program, script, servers.EtcdUrl);
        var ours = await WalkAsync(program, script, servers.KvUrl);
        Assert.Equal(theirs, ours);
    }

    private static async Task<string> WalkAsync(string program, string script, string url)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "V2", "Clients", script);
        var environment = new Dictionary<string, string> { ["NODE_PATH"] = Tools.NodeModules };
        var result = await Programs.RunAsync(program, environment, path, url);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}");
        return result.Output;
    }
}
