// What Patroni does over the JSON form (etcd-facts §10.2): a leader key with a lease, guarded updates, and a
// watch. Beside it, the habits of other clients of that form.
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Compat.Harness;
using Xunit;
using static Compat.Harness.JsonClient;

namespace Compat;

/// <summary>A PostgreSQL cluster manager on /v3.</summary>
public sealed class PatroniTests : IAsyncLifetime, IDisposable
{
    private TestCluster? _cluster;
    private JsonClient? _client;

    private JsonClient Client => _client!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(1);
        _client = new JsonClient(_cluster.Nodes[0].ClientUrl);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _client?.Dispose();
        _cluster?.Dispose();
    }

    [Fact]
    public async Task The_versions_are_three_integers_each_and_members_are_listed()
    {
        using var http = new HttpClient();
        var version = JsonNode.Parse(await http.GetStringAsync($"{_cluster!.Nodes[0].ClientUrl}/version"))!;
        foreach (var name in new[] { "etcdserver", "etcdcluster" })
        {
            var numbers = ((string)version[name]!).Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture));
            Assert.Equal(3, numbers.Count());
        }

        foreach (var root in new[] { "/v3", "/v3beta" })
        {
            var members = (await Client.PostAsync($"{root}/cluster/member/list", "{}")).Body["members"]!.AsArray();
            Assert.Equal(_cluster.Nodes[0].ClientUrl, (string)members[0]!["clientURLs"]![0]!);
        }
    }

    [Fact]
    public async Task The_leader_key_is_taken_kept_and_lost_with_its_lease()
    {
        var lease = (string)(await Client.PostAsync("/v3/lease/grant", """{"TTL":30}""")).Body["ID"]!;
        var take = $$"""
            {"compare":[{"target":"CREATE","create_revision":"0","key":"{{Base64("/s/leader")}}"}],
             "success":[{"request_put":{"key":"{{Base64("/s/leader")}}","value":"{{Base64("n1")}}","lease":"{{lease}}"} }],
             "failure":[]}
            """;
        Assert.True((bool)(await Client.PostAsync("/v3/kv/txn", take)).Body["succeeded"]!);
        // What is false is left out.
        Assert.Null((await Client.PostAsync("/v3/kv/txn", take)).Body["succeeded"]);

        var kept = (await Client.PostAsync("/v3/lease/keepalive", $$"""{"ID":{{lease}}}""")).Body["result"]!;
        Assert.Equal("30", (string)kept["TTL"]!);
        await Client.PostAsync("/v3/lease/revoke", $$"""{"ID":"{{lease}}"}""");
        var over = (await Client.PostAsync("/v3/lease/keepalive", $$"""{"ID":{{lease}}}""")).Body["result"]!;
        Assert.Null(over["TTL"]);
        var range = await Client.PostAsync("/v3/kv/range", $$"""{"key":"{{Base64("/s/leader")}}","serializable":true}""");
        Assert.Null(range.Body["kvs"]);
        Assert.Null(range.Body["count"]);

        var put = await Client.PostAsync("/v3/kv/put", $$"""{"key":"{{Base64("/s/leader")}}","lease":{{lease}}}""");
        Assert.Equal(HttpStatusCode.NotFound, put.Status);
        Assert.Equal("etcdserver: requested lease not found", (string)put.Body["error"]!);
        Assert.Equal(5, (int)put.Body["code"]!);
    }

    [Fact]
    public async Task Values_are_replaced_at_their_revision_in_nested_transactions()
    {
        var key = Base64("/s/config");
        var first = await Client.PostAsync("/v3/kv/put", $$"""{"key":"{{key}}","value":"{{Base64("1")}}"}""");
        var revision = first.Header("revision");
        // Who may write is asked first, then what is to be replaced.
        var nested = $$"""
            {"compare":[{"target":"MOD","mod_revision":"{{revision}}","key":"{{key}}"}],
             "success":[{"request_txn":{
               "compare":[{"target":"CREATE","result":"GREATER","create_revision":"0","key":"{{key}}"}],
               "success":[{"request_put":{"key":"{{key}}","value":"{{Base64("2")}}"} }],
               "failure":[{"request_delete_range":{"key":"{{key}}"} }]} }]}
            """;
        var done = await Client.PostAsync("/v3/kv/txn", nested);
        Assert.True((bool)done.Body["responses"]![0]!["response_txn"]!["succeeded"]!);
        Assert.Null((await Client.PostAsync("/v3/kv/txn", nested)).Body["succeeded"]);
        var range = await Client.PostAsync("/v3/kv/range", $$"""{"key":"{{key}}"}""");
        Assert.Equal("2", Text(range.Body["kvs"]![0]!["value"]));
        var deleted = await Client.PostAsync("/v3/kv/deleterange", $$"""{"key":"{{key}}"}""");
        Assert.Equal("1", (string)deleted.Body["deleted"]!);
    }

    [Fact]
    public async Task A_watch_from_the_revision_read_tells_of_deletions_alone()
    {
        var start = (await Client.PostAsync("/v3/kv/put", $$"""{"key":"{{Base64("/s/w")}}"}""")).Header("revision");
        using var lines = await Client.OpenAsync("/v3/watch", $$$"""
            {"create_request":{"key":"{{{Base64("/s/")}}}","range_end":"{{{Base64("/s0")}}}",
             "start_revision":"{{{start}}}","filters":["NOPUT"]}}
            """);
        Assert.True((bool)(await ResultAsync(lines))["created"]!);
        await Client.PostAsync("/v3/kv/put", $$"""{"key":"{{Base64("/s/w")}}","value":"eA=="}""");
        await Client.PostAsync("/v3/kv/deleterange", $$"""{"key":"{{Base64("/s/w")}}"}""");
        var change = (await ResultAsync(lines))["events"]![0]!;
        Assert.Equal("DELETE", (string)change["type"]!);
        Assert.Equal("/s/w", Text(change["kv"]!["key"]));
    }

    [Fact]
    public async Task A_watch_of_what_was_compacted_ends_with_the_revision_to_go_on_from()
    {
        var last = 0L;
        for (var i = 0; i < 3; i++)
        {
            last = (await Client.PostAsync("/v3/kv/put", $$"""{"key":"{{Base64("/c")}}"}""")).Header("revision");
        }

        await Client.PostAsync("/v3/kv/compaction", $$"""{"revision":"{{last}}"}""");
        using var lines = await Client.OpenAsync(
            "/v3/watch", $$$"""{"create_request":{"key":"{{{Base64("/c")}}}","start_revision":"{{{last - 1}}}"}}""");
        Assert.True((bool)(await ResultAsync(lines))["created"]!);
        var end = await ResultAsync(lines);
        Assert.True((bool)end["canceled"]!);
        Assert.Equal($"{last}", (string)end["compact_revision"]!);
    }

    [Fact]
    public async Task A_token_in_the_header_does_no_harm_and_success_never_says_error()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "some.token.42");
        foreach (var (path, body) in new[]
        {
            ("/v3/kv/put", """{"key":"YQ==","value":"YQ==","prev_kv":true}"""),
            ("/v3/kv/range", """{"key":"YQ==","range_end":"Yg==","sort_order":2,"sort_target":"MOD"}"""),
            ("/v3/kv/range", """{"key":"YQ==","sort_order":"DESCEND","sort_target":3,"limit":1,"no_such_field":{"a":[1]}}"""),
            ("/v3/kv/deleterange", """{"key":"YQ=="}"""),
        })
        {
            using var content = new StringContent(body);
            using var response = await http.PostAsync(_cluster!.Nodes[0].ClientUrl + path, content);
            var text = await response.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.DoesNotContain("error", text, StringComparison.Ordinal);
        }
    }
}
