// The JSON form of kvnode beside etcd's: one list of requests, good and bad, played to both. Bodies must be
// equal but for ids; of refusals of what is no request, only status and code (Go's texts are not stable).
using System.Text.Json.Nodes;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>The rules of the gateway (etcd-facts §1.2).</summary>
public sealed class JsonReferenceTests(ReferencePair pair) : IClassFixture<ReferencePair>
{
    private static readonly HashSet<string> Different =
    [
        // Ids, and what depends on time or on the disk.
        "cluster_id", "member_id", "raft_term", "raftTerm", "raftIndex", "raftAppliedIndex", "dbSize", "dbSizeInUse",
        "leader", "memberID", "version", "peerURLs", "clientURLs",
        // What only one generation of etcd sends.
        "error", "details", "storageVersion", "dbSizeQuota", "downgradeInfo", "hash_revision",
    ];

    [Fact]
    public async Task Requests_are_read_and_answered_alike()
    {
        using var kv = new JsonClient(pair.KvUrl);
        using var etcd = new JsonClient(pair.EtcdUrl);
        foreach (var (path, body) in Requests())
        {
            var theirs = await etcd.PostAsync(path, body);
            var ours = await kv.PostAsync(path, body);
            var what = $"{path} {body[..Math.Min(body.Length, 200)]}\nby etcd: {theirs.Body}\nby kvnode: {ours.Body}";
            Assert.True(theirs.Status == ours.Status, what);
            Assert.True(JsonNode.DeepEquals(Neutral(theirs.Body), Neutral(ours.Body)), what);
        }
    }

    private static JsonObject Neutral(JsonObject body)
    {
        var isMalformed = (int?)body["code"] == 3 && !((string)body["message"]!).StartsWith("etcdserver:", StringComparison.Ordinal);
        var neutral = Without(body).AsObject();
        if (isMalformed)
        {
            neutral.Remove("message");
        }

        return neutral;
    }

    private static JsonNode Without(JsonNode node) => node switch
    {
        JsonObject values => new JsonObject(values
            .Where(pair => !Different.Contains(pair.Key) && !(pair.Key == "ID" && values.ContainsKey("peerURLs")))
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Without(pair.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Without(item))]),
        _ => node.DeepClone(),
    };

    private static IEnumerable<(string Path, string Body)> Requests() =>
    [
        .. Puts().Select(body => ("/v3/kv/put", body)),
        .. Ranges().Select(body => ("/v3/kv/range", body)),
        .. Txns().Select(body => ("/v3/kv/txn", body)),
        ("/v3/kv/deleterange", """{"key":"Zm9v","range_end":"Zm9w","prev_kv":true}"""),
        ("/v3/kv/deleterange", """{"key":"bm9uZQ=="}"""),
        ("/v3/kv/compaction", """{"revision":"3","physical":true}"""),
        ("/v3/kv/compaction", """{"revision":"3"}"""),
        ("/v3/kv/compaction", """{"revision":99999}"""),
        .. Leases(),
        ("/v3/cluster/member/list", "{}"),
        ("/v3/cluster/member/list", """{"linearizable":true}"""),
        ("/v3/cluster/member/promote", """{"ID":5}"""),
        ("/v3/cluster/member/remove", """{"ID":5}"""),
        ("/v3/cluster/member/update", """{"ID":5,"peerURLs":["http://127.0.0.1:1"]}"""),
        ("/v3/maintenance/alarm", "{}"),
        ("/v3/maintenance/alarm", """{"action":"ACTIVATE","memberID":"1","alarm":"NOSPACE"}"""),
        ("/v3/maintenance/alarm", """{"action":"GET"}"""),
        ("/v3/maintenance/alarm", """{"action":"DEACTIVATE","memberID":"1","alarm":1}"""),
        ("/v3/maintenance/status", "{}"),
        ("/v3/maintenance/defragment", "{}"),
        ("/v3/maintenance/hashkv", """{"revision":5}"""),
        ("/v3/maintenance/transfer-leadership", """{"targetID":5}"""),
        ("/v3/kv/nothing", "{}"),
        ("/v3/", "{}"),
        ("/v3/kv/range/", "{}"),
        ("/v3/kv/Range", "{}"),
        ("/v3beta/kv/range", """{"key":"YQ=="}"""),
    ];

    private static IEnumerable<string> Puts() =>
    [
        """{"key":"Zm9v","value":"YmFy"}""",
        """{"key":"Zm9v","value":"YmFy","prevKv":true}""",
        """{"key":"Zm9v","value":"YmFy","prev_kv":true}""",
        """{"key":"Zm9vLQ","value":"_-8"}""",
        """{"key":"Zm9v","value":"YmFy","lease":"-1"}""",
        """{"key":"Zm9v","value":"YmFy","lease":99999999999999999999}""",
        $$"""{"key":"Zm9v","value":"{{new string('A', 2_400_000)}}"}""",
        $$"""{"key":"Zm9v","value":"{{new string('A', 3_200_000)}}"}""",
    ];

    private static IEnumerable<string> Ranges() =>
    [
        """{"key":"Zm9v","rangeEnd":"Zm9w","sortOrder":"DESCEND","sort_target":"MOD"}""",
        """{"key":"Zm9v","range_end":"Zm9w","limit":"1"}""",
        """{"key":"Zm9v","range_end":"Zm9w","limit":1,"keys_only":true}""",
        """{"key":"Zm9v","range_end":"Zm9w","count_only":true}""",
        """{"key":"Zm9v","revision":2e0}""",
        """{"key":"Zm9v","revision":"2"}""",
        """{"key":"Zm9v","revision":2.0}""",
        """{"key":"Zm9v","revision":2.5}""",
        """{"key":"Zm9v","revision":"x"}""",
        """{"key":"Zm9v","revision":true}""",
        """{"key":"Zm9v","revision":"1000"}""",
        """{"key":"Zm9v","sort_order":"NOPE"}""",
        """{"key":"Zm9v","unknown":{"a":[1,{"b":null}]}}""",
        """{"key":"Zm9v","serializable":"true"}""",
        """{"key":null}""",
        """{"key":"Zm9v"} trailing""",
        """{"key":"Zm9v"}{"key":5}""",
        """{"key":"%%%"}""",
        """{"key":"Zm9v","key":"YQ=="}""",
        """{"key":["Zm9v"]}""",
        "null",
        "[]",
        "5",
        "",
        "{",
    ];

    private static IEnumerable<string> Txns() =>
    [
        """
        {"compare":[{"key":"Zm9v","target":"VERSION","result":"EQUAL","version":"3"}],
         "success":[{"requestRange":{"key":"Zm9v"}}],"failure":[{"request_put":{"key":"eA=="}}]}
        """,
        """
        {"compare":[{"key":"Zm9v","target":3,"result":0,"value":"YmFy"}],
         "success":[{"request_delete_range":{"key":"Zm9v","prev_kv":true}},{"request_range":{"key":"Zm9v"}}]}
        """,
        """{"success":[{"request_put":{"key":"YQ=="}},{"request_put":{"key":"YQ=="}}]}""",
        """{"success":[{"request_put":{"key":"YQ=="},"request_range":{"key":"YQ=="}}]}""",
        """{"success":[{}]}""",
        """{"success":[{"request_txn":{"success":[{"request_put":{"key":"bmVzdA=="}}]}}]}""",
    ];

    private static IEnumerable<(string Path, string Body)> Leases() =>
    [
        ("/v3/lease/grant", """{"TTL":100,"ID":77}"""),
        ("/v3/lease/grant", """{"TTL":"100","ID":"77"}"""),
        ("/v3/kv/put", """{"key":"bGVhc2Vk","lease":77}"""),
        ("/v3/lease/keepalive", """{"ID":77}"""),
        ("/v3/lease/keepalive", """{"ID":78}"""),
        ("/v3/lease/timetolive", """{"ID":77,"keys":true}"""),
        ("/v3/kv/lease/timetolive", """{"ID":78}"""),
        ("/v3/lease/leases", "{}"),
        ("/v3/kv/lease/leases", ""),
        ("/v3/lease/revoke", """{"ID":78}"""),
        ("/v3/kv/lease/revoke", """{"ID":77}"""),
    ];
}
