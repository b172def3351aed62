// Changes of the membership over /v2/members: every refusal as etcd gives it, and a member's life with
// etcdctl's v2 commands.
using Compat.Harness;
using Xunit;

namespace Compat.V2;

public sealed class V2MemberTests(V2ReferencePair servers) : IClassFixture<V2ReferencePair>
{
    private const string Json = "application/json";

    private static readonly Dictionary<string, string> Api = new() { ["ETCDCTL_API"] = "2" };

    [Theory]
    [InlineData("POST", "", "{\"peerURLs\":[\"http://127.0.0.1:1\"]}", "application/x-www-form-urlencoded")]
    [InlineData("PUT", "/12", "{\"peerURLs\":[\"http://127.0.0.1:1\"]}", "text/plain; charset=utf-8")]
    [InlineData("POST", "", "{}", Json)]
    [InlineData("POST", "", "{\"peerURLs\":[]}", "application/json; charset=utf-8")]
    [InlineData("PUT", "/12", "{\"peerURLs\":[\"http://127.0.0.1:1\"]}", Json)]
    [InlineData("PUT", "", "{\"peerURLs\":[\"http://127.0.0.1:1\"]}", Json)]
    [InlineData("DELETE", "", null, null)]
    [InlineData("DELETE", "/12", null, null)]
    [InlineData("DELETE", "/zz", null, null)]
    [InlineData("DELETE", "/leader", null, null)]
    [InlineData("PATCH", "", null, null)]
    [InlineData("GET", "/12", null, null)]
    public async Task A_change_that_cannot_be_is_refused_as_etcd_refuses_it(
        string method, string path, string? body, string? type)
    {
        using var pair = await V2Pair.AlignAsync(servers);
        await pair.SameAsync(new V2Request(method, "/v2/members" + path, body, type));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"peerURLs\":[\"nope\"]}")]
    [InlineData("{\"peerURLs\":[1]}")]
    [InlineData("[]")]
    public async Task A_body_that_makes_no_sense_is_a_bad_request(string body)
    {
        using var http = new V2Http(servers.KvUrl);
        var answer = await http.SendAsync(new V2Request("POST", "/v2/members", body, Json));
        Assert.Equal(400, answer.Status);
        Assert.StartsWith("{\"message\":\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_is_added_moved_and_removed_for_good_with_etcdctl()
    {
        using var cluster = await TestCluster.StartAsync(2, "--enable-v2");
        var leader = await DurabilityTests.LeaderOf(cluster);
        var follower = cluster.Nodes.First(node => node != leader);
        var joiner = cluster.PlanJoiner("--enable-v2");
        var elsewhere = $"http://127.0.0.1:{Ports.FreeOne()}";
        using var http = new V2Http(follower.ClientUrl);
        var taken = new V2Request("POST", "/v2/members", $"{{\"peerURLs\":[\"{leader.PeerUrl}\"]}}", Json);
        await Eventually.Holds(async () => (await http.SendAsync(taken)).Status == 409, "the URL is taken");
        await Eventually.Holds(
            async () => (await TryAsync(follower, "member", "add", joiner.Name, elsewhere)).ExitCode == 0,
            "the cluster is old enough for a change");
        var id = (await ListAsync(follower)).Single(line => line.Contains(elsewhere, StringComparison.Ordinal)).Split('[')[0].Split(':')[0];
        await MustAsync(follower, "member", "update", id, joiner.PeerUrl);
        await joiner.Start().WhenReadyAsync();
        Assert.Contains(await ListAsync(follower), line => line.Contains($"name={joiner.Name} peerURLs={joiner.PeerUrl}", StringComparison.Ordinal));
        Assert.Contains("cluster is healthy", (await MustAsync(follower, "cluster-health")), StringComparison.Ordinal);

        await Eventually.Holds(
            async () => (await TryAsync(follower, "member", "remove", id)).ExitCode == 0, "the joiner is removed");
        await MemberLifecycleTests.AssertLeaves(joiner);
        var again = await http.SendAsync(new V2Request("DELETE", $"/v2/members/{id}"));
        Assert.Equal((410, $"{{\"message\":\"Member permanently removed: {id}\"}}"), (again.Status, again.Body.TrimEnd()));
    }

    private static async Task<string[]> ListAsync(Node node) =>
        (await MustAsync(node, "member", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Task<CommandResult> TryAsync(Node node, params string[] arguments) =>
        Programs.RunAsync(Tools.EtcdCtl, Api, ["--endpoints", node.ClientUrl, .. arguments]);

    private static async Task<string> MustAsync(Node node, params string[] arguments)
    {
        var result = await TryAsync(node, arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result.Output;
    }
}
