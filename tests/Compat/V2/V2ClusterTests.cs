// The v2 tree in a cluster: it is where the log is, whatever happens to the members.
using System.Text.Json;
using Compat.Harness;
using Xunit;

namespace Compat.V2;

/// <summary>Three members with the v2 API on.</summary>
public sealed class V2ClusterTests
{
    [Fact]
    public async Task The_tree_and_its_events_survive_the_death_of_all_members_with_snapshots_in_between()
    {
        using var cluster = await StartAsync("--snapshot-count", "50");
        using var clients = new Clients(cluster);
        await Parallel.ForAsync(0, 200, async (i, _) => await MustAsync(
            clients[i % 3], new V2Request("PUT", $"/v2/keys/dir{i % 5}/key{i}", $"value={i}")));
        await MustAsync(clients[1], new V2Request("PUT", "/v2/keys/timed", "value=1&ttl=1000"));
        await MustAsync(clients[2], new V2Request("DELETE", "/v2/keys/dir0?recursive=true"));
        var expected = await clients[0].GetAsync("/v2/keys/?recursive=true&sorted=true&quorum=true");
        var snapshots = cluster.Nodes.Select(n => Path.Combine(n.DataDirectory, "member", "snap"));
        Assert.All(snapshots, directory => Assert.True(Directory.GetFiles(directory).Length > 1));
        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        await cluster.StartAllAsync();
        foreach (var client in clients.All)
        {
            AssertSame(expected, await client.GetAsync("/v2/keys/?recursive=true&sorted=true&quorum=true"));
            var past = await client.GetAsync($"/v2/keys/dir0/key0?wait=true&waitIndex={expected.Index}");
            Assert.Contains("\"action\":\"delete\"", past.Body, StringComparison.Ordinal);
        }

        Assert.Single(await Trees(clients));
    }

    [Fact]
    public async Task A_change_of_leader_loses_nothing_and_ends_what_is_over_everywhere()
    {
        using var cluster = await StartAsync();
        using var clients = new Clients(cluster);
        var leader = await DurabilityTests.LeaderOf(cluster);
        var others = clients.Of(cluster.Nodes.Where(n => n != leader));
        await MustAsync(others[0], new V2Request("PUT", "/v2/keys/lasting", "value=v"));
        var set = await MustAsync(others[0], new V2Request("PUT", "/v2/keys/over/key", "value=v&ttl=3"));
        var watch = new V2Request("GET", $"/v2/keys/over?wait=true&recursive=true&waitIndex={set.Index + 1}");
        var watches = await Task.WhenAll(others.Select(client => client.OpenAsync(watch)));

        leader.Kill();
        foreach (var response in watches)
        {
            using (response)
            {
                var told = await response.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(30));
                var ended = JsonDocument.Parse(told).RootElement;
                Assert.Equal("expire", ended.GetProperty("action").GetString());
                Assert.Equal("/over/key", ended.GetProperty("node").GetProperty("key").GetString());
                Assert.Equal("v", ended.GetProperty("prevNode").GetProperty("value").GetString());
            }
        }

        await leader.Start().WhenReadyAsync();
        foreach (var client in clients.All)
        {
            Assert.Equal(200, (await client.GetAsync("/v2/keys/lasting?quorum=true")).Status);
            Assert.Equal(404, (await client.GetAsync("/v2/keys/over/key?quorum=true")).Status);
        }

        Assert.Single(await Trees(clients));
    }

    [Fact]
    public async Task A_member_that_missed_much_gets_the_tree_with_a_snapshot()
    {
        using var cluster = await StartAsync("--snapshot-count", "100");
        using var clients = new Clients(cluster);
        await MustAsync(clients[0], new V2Request("PUT", "/v2/keys/first", "value=v"));
        cluster.Nodes[2].Kill();
        // More than the log keeps in memory for a follower.
        await Parallel.ForAsync(0, 6_000, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            await MustAsync(clients[i % 2], new V2Request("PUT", $"/v2/keys/w{i % 100}", $"value={i}")));
        var late = cluster.Nodes[2].Start();
        await late.WhenReadyAsync();
        Assert.Contains("snapshot", late.Log, StringComparison.OrdinalIgnoreCase);
        var expected = await clients[0].GetAsync("/v2/keys/?recursive=true&quorum=true");
        AssertSame(expected, await clients[2].GetAsync("/v2/keys/?recursive=true&quorum=true"));
        Assert.Single(await Trees(clients));
    }

    [Fact]
    public async Task Members_and_statistics_tell_of_the_whole_cluster()
    {
        using var cluster = await StartAsync();
        using var clients = new Clients(cluster);
        await MustAsync(clients[0], new V2Request("PUT", "/v2/keys/a", "value=1"));
        foreach (var client in clients.All)
        {
            var members = Parse(await client.GetAsync("/v2/members")).GetProperty("members").EnumerateArray().ToArray();
            Assert.Equal(["n1", "n2", "n3"], members.Select(m => m.GetProperty("name").GetString()!).Order());
            Assert.All(members, m => Assert.Single(m.GetProperty("clientURLs").EnumerateArray()));
            var machines = (await client.GetAsync("/v2/machines")).Body.Split(", ");
            Assert.Equal(cluster.Nodes.Select(n => n.ClientUrl).Order(), machines);
        }

        await Eventually.Holds(() => StatsAgreeAsync(clients), "all agree on one leader, who counts his followers");
    }

    /// <summary>False if they do not, because the leader has changed in between.</summary>
    private static async Task<bool> StatsAgreeAsync(Clients clients)
    {
        var leaders = 0;
        var named = new HashSet<string?>();
        foreach (var client in clients.All)
        {
            var self = Parse(await client.GetAsync("/v2/stats/self"));
            var leads = self.GetProperty("state").GetString() == "StateLeader";
            named.Add(self.GetProperty("leaderInfo").GetProperty("leader").GetString());
            named.Add(Parse(await client.GetAsync("/v2/members/leader")).GetProperty("id").GetString());
            leaders += leads ? 1 : 0;
            var counted = leads ? "sendAppendRequestCnt" : "recvAppendRequestCnt";
            var followers = await client.GetAsync("/v2/stats/leader");
            var isCounted = self.GetProperty(counted).GetInt64() > 0
                && (leads
                    ? followers.Status == 200 && HasFollowers(Parse(followers))
                    : followers.Status == 403 && followers.Body == """{"message":"not current leader"}""");
            if (!isCounted)
            {
                return false;
            }
        }

        return leaders == 1 && named.Count == 1;
    }

    private static bool HasFollowers(JsonElement stats)
    {
        var each = stats.GetProperty("followers").EnumerateObject().Select(f => f.Value).ToArray();
        return each.Length == 2
            && each.All(f => f.GetProperty("counts").GetProperty("success").GetInt64() > 0)
            && each.All(f => f.GetProperty("latency").GetProperty("maximum").GetDouble() > 0);
    }

    /// <summary>The same tree with the same ends, whatever time has passed.</summary>
    private static void AssertSame(V2Answer expected, V2Answer found)
    {
        Assert.Equal(expected.Index, found.Index);
        Assert.Equal(V2Neutral.Of(expected.Body).Text, V2Neutral.Of(found.Body).Text);
        Assert.Equal(Ends(expected.Body), Ends(found.Body));
    }

    private static IEnumerable<string> Ends(string body) =>
        System.Text.RegularExpressions.Regex.Matches(body, "\"expiration\":\"[^\"]*\"").Select(match => match.Value);

    private static Task<TestCluster> StartAsync(params string[] flags) =>
        TestCluster.StartAsync(3, ["--enable-v2", .. flags]);

    /// <summary>Sends it until it is done: a busy machine may change its leader at any time.</summary>
    private static async Task<V2Answer> MustAsync(V2Http client, V2Request request)
    {
        V2Answer? answer = null;
        // What was deleted by a try that seemed to fail is not there any more.
        var gone = request.Method == "DELETE" ? 404 : 200;
        await Eventually.Holds(
            async () => (answer = await client.SendAsync(request)).Status is 200 or 201 || answer.Status == gone,
            $"{request} is done");
        return answer!;
    }

    private static JsonElement Parse(V2Answer answer) => JsonDocument.Parse(answer.Body).RootElement;

    /// <summary>The distinct trees of the members, each read from the member itself once all of them have
    /// come as far.</summary>
    private static async Task<IReadOnlyCollection<string>> Trees(Clients clients)
    {
        await Eventually.Holds(
            async () =>
            {
                var indexes = await Task.WhenAll(clients.All.Select(async c => (await c.GetAsync("/v2/keys")).Index));
                return indexes.Distinct().Count() == 1;
            },
            "all members are at one index");
        var trees = await Task.WhenAll(clients.All.Select(c => c.GetAsync("/v2/keys/?recursive=true")));
        return [.. trees.Select(tree => V2Neutral.Of(tree.Body).Text).Distinct()];
    }

    private sealed class Clients(TestCluster cluster) : IDisposable
    {
        public V2Http[] All { get; } = [.. cluster.Nodes.Select(node => new V2Http(node.ClientUrl))];

        public V2Http this[int number] => All[number];

        public V2Http[] Of(IEnumerable<Node> nodes) =>
            [.. nodes.Select(node => All.Single(client => client.Url == node.ClientUrl))];

        public void Dispose()
        {
            foreach (var client in All)
            {
                client.Dispose();
            }
        }
    }
}
