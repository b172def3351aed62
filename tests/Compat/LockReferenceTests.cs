// The Lock and Election services of kvnode beside those of etcd: the same calls, in the same order, must
// get the same answers, down to revisions. Leases are named by the test, so that keys are equal, too.
using System.Text.Json.Nodes;
using Compat.Harness;
using Xunit;
using static Compat.Harness.JsonClient;

namespace Compat;

/// <summary>Locks and elections over JSON, against both servers.</summary>
public sealed class LockReferenceTests(ReferencePair pair) : IClassFixture<ReferencePair>, IDisposable
{
    private readonly JsonClient _kv = new(pair.KvUrl);
    private readonly JsonClient _etcd = new(pair.EtcdUrl);

    public void Dispose()
    {
        _kv.Dispose();
        _etcd.Dispose();
    }

    [Fact]
    public async Task Locks_and_elections_answer_as_etcds()
    {
        for (var lease = 1001; lease <= 1005; lease++)
        {
            await SameAsync("/v3/lease/grant", $$"""{"ID":"{{lease}}","TTL":"600"}""");
        }

        await Locks();
        await Queue();
        await Elections();
        await Succession();
    }

    private async Task Locks()
    {
        var held = await SameAsync("/v3/lock/lock", Lock("l", 1001));
        Assert.Equal("l/3e9", Text(held["key"]));
        await SameAsync("/v3/lock/lock", Lock("l", 1001));
        await SameAsync("/v3/lock/lock", Lock("l", 99));
        await SameAsync("/v3/lock/lock", Lock("", 1001));
        await SameAsync("/v3/lock/unlock", "{}");
        await SameAsync("/v3/lock/unlock", Unlock("none"));
        await SameAsync("/v3/lock/unlock", Unlock("l/3e9"));
        await SameAsync("/v3/lock/unlock", Unlock("/3e9"));
        await SameAsync("/v3/kv/range", """{"key":"AA==","range_end":"AA=="}""");
        foreach (var server in new[] { _kv, _etcd })
        {
            // Without a lease one is granted, of a minute.
            var granted = await server.PostAsync("/v3/lock/lock", Lock("own", 0));
            var key = Text(granted.Body["key"]);
            var lease = Convert.ToInt64(key[(key.LastIndexOf('/') + 1)..], 16);
            var time = await server.PostAsync("/v3/lease/timetolive", $$"""{"ID":"{{lease}}","keys":true}""");
            Assert.Equal("60", (string?)time.Body["grantedTTL"]);
            Assert.Equal(key, Text(time.Body["keys"]![0]));
            await server.PostAsync("/v3/lock/unlock", Unlock(key));
        }
    }

    private async Task Queue()
    {
        await SameAsync("/v3/lock/lock", Lock("q", 1001));
        var second = BothAsync("/v3/lock/lock", Lock("q", 1002));
        await BothHoldAsync("q/3ea");
        var third = BothAsync("/v3/lock/lock", Lock("q", 1003));
        await BothHoldAsync("q/3eb");
        await SameAsync("/v3/lock/unlock", Unlock("q/3e9"));
        AssertSame(await second);
        await SameAsync("/v3/lock/unlock", Unlock("q/3ea"));
        AssertSame(await third);

        // Who goes away while waiting leaves nothing behind; who holds the lock is not disturbed.
        using var gone = new CancellationTokenSource();
        var fourth = BothAsync("/v3/lock/lock", Lock("q", 1004), gone.Token);
        await BothHoldAsync("q/3ec");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fourth);
        await BothHoldAsync("q/3ec", isThere: false);
        await SameAsync("/v3/kv/range", Prefix("q/"));
    }

    private async Task Elections()
    {
        await SameAsync("/v3/election/leader", """{"name":"ZQ=="}""");
        await SameAsync("/v3/election/campaign", Campaign("e", 99, "a"));
        var won = await SameAsync("/v3/election/campaign", Campaign("e", 1001, "a"));
        var key = won["leader"]!.DeepClone();
        await SameAsync("/v3/election/campaign", Campaign("e", 1001, "b"));
        await SameAsync("/v3/election/campaign", Campaign("e", 1001, "b"));
        await SameAsync("/v3/election/leader", """{"name":"ZQ=="}""");
        await SameAsync("/v3/election/proclaim", Proclaim(key, "c"));
        await SameAsync("/v3/election/leader", """{"name":"ZQ=="}""");
        await SameAsync("/v3/election/proclaim", "{}");
        await SameAsync("/v3/election/resign", "{}");
        await SameAsync("/v3/election/proclaim", """{"leader":{}}""");
        await SameAsync("/v3/election/resign", """{"leader":{}}""");
        await SameAsync("/v3/election/proclaim", Proclaim(With(key, "lease", "99"), "d"));
        await SameAsync("/v3/election/proclaim", Proclaim(With(key, "rev", "1"), "d"));
        await SameAsync("/v3/election/resign", Resign(With(key, "rev", "1")));
        await SameAsync("/v3/election/leader", """{"name":"ZQ=="}""");
        await SameAsync("/v3/election/resign", Resign(key));
        await SameAsync("/v3/election/resign", Resign(key));
        await SameAsync("/v3/election/proclaim", Proclaim(key, "d"));
        await SameAsync("/v3/election/leader", """{"name":"ZQ=="}""");
    }

    private async Task Succession()
    {
        // Nothing is answered, not even headers, before there is a leader.
        var opening = (_kv.OpenAsync("/v3/election/observe", """{"name":"cw=="}"""),
            _etcd.OpenAsync("/v3/election/observe", """{"name":"cw=="}"""));
        var first = (await SameAsync("/v3/election/campaign", Campaign("s", 1001, "a")))["leader"]!;
        using var ours = await opening.Item1;
        using var theirs = await opening.Item2;
        await SameLineAsync(ours, theirs);
        await SameAsync("/v3/election/proclaim", Proclaim(first, "b"));
        await SameLineAsync(ours, theirs);
        var second = BothAsync("/v3/election/campaign", Campaign("s", 1002, "c"));
        await BothHoldAsync("s/3ea");
        await SameAsync("/v3/election/resign", Resign(first));
        var (won, _) = AssertSame(await second);
        await SameLineAsync(ours, theirs);
        await SameAsync("/v3/election/resign", Resign(won["leader"]!));
        await SameAsync("/v3/election/campaign", Campaign("s", 1003, "d"));
        await SameLineAsync(ours, theirs);
    }

    private static string Lock(string name, long lease) => $$"""{"name":"{{Base64(name)}}","lease":"{{lease}}"}""";

    private static string Unlock(string key) => $$"""{"key":"{{Base64(key)}}"}""";

    private static string Campaign(string name, long lease, string value) =>
        $$"""{"name":"{{Base64(name)}}","lease":"{{lease}}","value":"{{Base64(value)}}"}""";

    private static string Proclaim(JsonNode leader, string value) =>
        $$"""{"leader":{{leader.ToJsonString()}},"value":"{{Base64(value)}}"}""";

    private static string Resign(JsonNode leader) => $$"""{"leader":{{leader.ToJsonString()}}}""";

    private static string Prefix(string prefix) =>
        $$"""{"key":"{{Base64(prefix)}}","range_end":"{{Base64(prefix[..^1] + (char)(prefix[^1] + 1))}}"}""";

    private static JsonNode With(JsonNode leader, string field, string value)
    {
        var changed = leader.DeepClone();
        changed[field] = value;
        return changed;
    }

    /// <summary>An answer without what must differ, and without what only one of etcd's generations has.</summary>
    private static string Neutral(JsonObject body)
    {
        var neutral = body.DeepClone().AsObject();
        foreach (var name in new[] { "cluster_id", "member_id", "raft_term" })
        {
            (neutral["header"] as JsonObject)?.Remove(name);
        }

        neutral.Remove("error");
        neutral.Remove("details");
        return neutral.ToJsonString();
    }

    private static (JsonObject Kv, JsonObject Etcd) AssertSame((JsonReply Kv, JsonReply Etcd) replies)
    {
        Assert.Equal(Neutral(replies.Etcd.Body), Neutral(replies.Kv.Body));
        Assert.Equal(replies.Etcd.Status, replies.Kv.Status);
        return (replies.Kv.Body, replies.Etcd.Body);
    }

    private static async Task SameLineAsync(StreamReader ours, StreamReader theirs) =>
        Assert.Equal(Neutral(await ResultAsync(theirs)), Neutral(await ResultAsync(ours)));

    private async Task<JsonObject> SameAsync(string path, string json) => AssertSame(await BothAsync(path, json)).Kv;

    private async Task<(JsonReply Kv, JsonReply Etcd)> BothAsync(
        string path, string json, CancellationToken token = default)
    {
        var etcd = _etcd.PostAsync(path, json, token);
        var kv = _kv.PostAsync(path, json, token);
        return (await kv, await etcd);
    }

    private async Task BothHoldAsync(string key, bool isThere = true)
    {
        foreach (var server in new[] { _kv, _etcd })
        {
            await Eventually.Holds(
                async () => (await server.PostAsync("/v3/kv/range", $$"""{"key":"{{Base64(key)}}"}"""))
                    .Body.ContainsKey("kvs") == isThere,
                $"{key} is {(isThere ? "there" : "gone")}");
        }
    }
}
