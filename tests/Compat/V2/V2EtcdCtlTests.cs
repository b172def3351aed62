// Debian's etcdctl speaking v2, against kvnode and against etcd: what it prints must be the same.
using System.Diagnostics;
using System.Text.Json;
using Compat.Harness;
using Xunit;

namespace Compat.V2;

/// <summary>The commands of etcdctl that need no users; those of auth are in V2AuthTests.</summary>
public sealed class V2EtcdCtlTests(V2ReferencePair servers) : IClassFixture<V2ReferencePair>
{
    private static readonly Dictionary<string, string> Api = new() { ["ETCDCTL_API"] = "2" };

    private static readonly string[] Commands =
    [
        "cluster-health", "member list", "ls", "ls /nothing",
        "set /a 1", "set /a 2 --ttl 1000", "get /a", "get /a --quorum", "get /nothing", "-o extended set /ext 1",
        "mk /a 3", "mk /b 3", "mk --in-order /queue first", "mk --in-order /queue second", "get /queue",
        "mkdir /dir", "mkdir /dir", "mkdir /dir/sub/deep", "mk /dir/_hidden 1", "setdir /dir2 --ttl 1000",
        "ls --recursive /", "ls --sort --recursive -p /", "ls --sort /queue", "-o json get /b", "-o extended get /b",
        "update /a 4", "update /nothing 4", "set /b 5 --swap-with-value 3", "set /b 6 --swap-with-value 3",
        "set /b 6 --swap-with-index 1", "rm /b --with-value 9", "rm /b --with-index 1", "rm /b --with-value 5",
        "rm /nothing", "rm /dir", "rm --dir /dir", "rmdir /dir", "rmdir /dir/sub/deep", "rmdir /dir/sub",
        "rm --recursive /dir", "rmdir /dir2", "ls --sort /", "updatedir /nothing --ttl 5",
    ];

    [Fact]
    public async Task Every_command_prints_what_it_prints_against_etcd()
    {
        using var pair = await V2Pair.AlignAsync(servers);
        var ids = new[] { await IdAsync(pair.Etcd), await IdAsync(pair.Kv) };
        foreach (var command in Commands)
        {
            var theirs = await RunAsync(servers.EtcdUrl, command.Split(' '));
            var ours = await RunAsync(servers.KvUrl, command.Split(' '));
            Assert.Equal($"{command}: {Show(theirs, ids)}", $"{command}: {Show(ours, ids)}");
        }
    }

    [Fact]
    public async Task A_directory_gets_a_time_to_live()
    {
        await MustAsync("mkdir", "/timed");
        await MustAsync("set", "/timed/key", "v");
        // etcd 3.5 answers this one with an internal error; etcd 2 did it.
        await MustAsync("updatedir", "/timed", "--ttl", "500");
        using var http = new V2Http(servers.KvUrl);
        var node = JsonDocument.Parse((await http.GetAsync("/v2/keys/timed")).Body).RootElement.GetProperty("node");
        Assert.InRange(node.GetProperty("ttl").GetInt64(), 400, 500);
        Assert.Single(node.GetProperty("nodes").EnumerateArray());
    }

    [Theory]
    [InlineData("watch /w", "/w")]
    [InlineData("watch --recursive /w", "/w/below")]
    [InlineData("exec-watch --recursive /x -- sh -c env|grep^ETCD_WATCH|sort;kill^$PPID", "/x/below")]
    public async Task Watching_commands_print_what_they_print_against_etcd(string command, string key)
    {
        using var pair = await V2Pair.AlignAsync(servers);
        var arguments = command.Split(' ').Select(word => word.Replace('^', ' ')).ToArray();
        var theirs = await WatchAsync(pair.Etcd, arguments, key);
        var ours = await WatchAsync(pair.Kv, arguments, key);
        Assert.Contains("changed", ours, StringComparison.Ordinal);
        Assert.Equal(theirs, ours);
    }

    /// <summary>Starts the command, makes one change once it watches, and gives what it printed.</summary>
    private static async Task<string> WatchAsync(V2Http server, string[] arguments, string key)
    {
        await Eventually.Holds(async () => await WatchersAsync(server) == 0, "nobody watches");
        using var watch = Programs.Open(Tools.EtcdCtl, Api, ["--endpoints", server.Url, .. arguments]);
        try
        {
            await Eventually.Holds(async () => await WatchersAsync(server) > 0, "etcdctl watches");
            await server.PutAsync($"/v2/keys{key}", "value=changed");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var output = await watch.StandardOutput.ReadToEndAsync(limit.Token);
            await server.SendAsync(new V2Request("DELETE", $"/v2/keys/{key.Split('/')[1]}?recursive=true"));
            return output;
        }
        finally
        {
            Kill(watch);
        }
    }

    private static async Task<long> WatchersAsync(V2Http server) =>
        JsonDocument.Parse((await server.GetAsync("/v2/stats/store")).Body)
            .RootElement.GetProperty("watchers").GetInt64();

    private static async Task<string> IdAsync(V2Http server) =>
        JsonDocument.Parse((await server.GetAsync("/v2/members")).Body)
            .RootElement.GetProperty("members")[0].GetProperty("id").GetString()!;

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static Task<CommandResult> RunAsync(string url, params string[] arguments) =>
        Programs.RunAsync(Tools.EtcdCtl, Api, ["--endpoints", url, .. arguments]);

    private async Task MustAsync(params string[] arguments)
    {
        var result = await RunAsync(servers.KvUrl, arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}");
    }

    /// <summary>Unsorted listings come in any order from etcd.</summary>
    private string Show(CommandResult result, string[] ids)
    {
        var output = ids.Aggregate(result.Output, (text, id) => text.Replace(id, "ID", StringComparison.Ordinal));
        var lines = servers.Neutral(output).Split('\n').Order(StringComparer.Ordinal);
        return $"{result.ExitCode}\n{string.Join('\n', lines)}\n{servers.Neutral(result.Error)}";
    }
}
