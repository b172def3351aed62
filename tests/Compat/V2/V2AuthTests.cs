// The v2 API's own auth (etcd-facts §5.4): every step against kvnode and against Debian's etcd, with the same
// answers; and etcdctl's auth, user and role commands.
using System.Text.RegularExpressions;
using Compat.Harness;
using Xunit;

namespace Compat.V2;

public sealed partial class V2AuthTests
{
    /// <summary>Credentials (or a dash), method, target (of the auth API unless it begins with /v2), body.</summary>
    private static readonly string[] Steps =
    [
        "- GET /enable", "- GET /roles", "- GET /users", "- GET /users/root", "- GET /roles/root",
        "- GET /roles/guest", "- PUT /enable", "- DELETE /enable", "- POST /enable", "- POST /users",
        "- PATCH /users/bob", "- DELETE /roles", "- GET /v2/auth", "- GET /v2/auth/nothing", "- GET /users/", "- GET /roles/",
        """- PUT /users/root {"user":"root","password":"pw"}""",
        """- PUT /users/root {"user":"root","password":"pw"}""",
        """- PUT /users/al {"user":"al","password":"a"}""",
        """- PUT /users/x {"user":"root","password":"pw"}""", """- PUT /users/x {"password":"pw"}""",
        """- PUT /users/x {""", """- PUT /users/x {"user":"x"}""", "- PUT /users/x",
        """- PUT /users/ann {"user":"ann","password":"a","roles":["nope"]}""", "- GET /users/ann",
        """- PUT /roles/r1 {"role":"r1","permissions":{"kv":{"read":["/a/*"],"write":["/b"]}}}""",
        """- PUT /roles/r1 {"role":"r1","permissions":{"kv":{"read":["/a/*"],"write":["/b"]}}}""",
        """- PUT /roles/r1 {"role":"r1","grant":{"kv":{"read":["/c"],"write":[]}}}""",
        """- PUT /roles/r1 {"role":"r1","grant":{"kv":{"read":["/c"],"write":[]}}}""",
        """- PUT /roles/r1 {"role":"r1","grant":{"kv":{"read":[],"write":["/b"]}}}""",
        """- PUT /roles/r1 {"role":"r1","revoke":{"kv":{"read":["/zzz"],"write":[]}}}""",
        """- PUT /roles/r1 {"role":"r1","revoke":{"kv":{"read":["/c"],"write":[]}}}""",
        """- PUT /roles/r1 {"role":"r1","permissions":{"kv":{"read":["/d"],"write":[]}},"grant":{"kv":{"read":["/c"],"write":[]}}}""",
        """- PUT /roles/root {"role":"root","permissions":{"kv":{"read":["/a"],"write":["/b"]}}}""",
        """- PUT /roles/root {"role":"root","grant":{"kv":{"read":["/a"],"write":["/b"]}}}""",
        """- PUT /roles/nope {"role":"nope","grant":{"kv":{"read":["/a"],"write":["/b"]}}}""",
        """- PUT /roles/nope {"role":"other","permissions":{"kv":{"read":[],"write":[]}}}""",
        """- PUT /roles/r2 {"role":"r2","permissions":{"kv":{"read":["/*"],"write":[]}}}""",
        """- PUT /users/bob {"user":"bob","password":"b","roles":["r1"]}""",
        """- PUT /users/bob {"user":"bob","password":"b","roles":["r1"]}""",
        """- PUT /users/bob {"user":"bob","grant":["r2"]}""", """- PUT /users/bob {"user":"bob","grant":["r2"]}""",
        """- PUT /users/bob {"user":"bob","revoke":["root"]}""", """- PUT /users/bob {"user":"bob","revoke":["r2"]}""",
        """- PUT /users/bob {"user":"bob","roles":["r1"],"grant":["r2"]}""",
        """- PUT /users/bob {"user":"bob","password":"c"}""",
        """- PUT /users/none {"user":"none","grant":["r1"]}""",
        "- GET /users/bob", "- GET /users", "- GET /roles", "- GET /roles/r1", "- DELETE /roles/nope", "- DELETE /users/nope",
        "- DELETE /users/root", "- DELETE /roles/root",
        """- PUT /users/root {"user":"root","password":"pw"}""",
        "- PUT /v2/keys/a/x value=1", "- PUT /v2/keys/b value=1",
        "- PUT /enable", "- PUT /enable", "root:pw PUT /enable", "- GET /enable",
        "- GET /users", "root:bad GET /users", "bob:c GET /users", "root:pw GET /users", "root:pw GET /roles",
        "- GET /v2/keys/a/x", "bob:c GET /v2/keys/a/x", "bob:c PUT /v2/keys/a/x value=2", "bob:c PUT /v2/keys/b value=2",
        "bob:bad GET /v2/keys/a/x", "nobody:x GET /v2/keys/a/x", "al:a GET /v2/keys/a/x", "- PUT /v2/keys/guest value=1",
        "bob:c GET /v2/keys/guest", "bob:c GET /v2/keys/a?recursive=true", "bob:c GET /v2/keys/a/?recursive=true", "bob:c GET /v2/keys/",
        "bob:c DELETE /v2/keys/b?recursive=true", "bob:c DELETE /v2/keys/b", "root:pw GET /v2/keys/?recursive=true&sorted=true",
        "bob:c GET /v2/keys/a/x?quorum=true", "bob:c POST /v2/keys/a value=1", "bob:c GET /v2/keys/a/x?wait=maybe",
        "root:pw DELETE /users/root", "root:pw DELETE /roles/root",
        """root:pw PUT /roles/guest {"role":"guest","revoke":{"kv":{"read":["/*"],"write":["/*"]}}}""",
        "- GET /v2/keys/a/x", "- PUT /v2/keys/a/x value=3", "root:pw DELETE /roles/guest", "- GET /v2/keys/a/x",
        "- DELETE /v2/members/1", "bob:c DELETE /v2/members/1", "root:pw DELETE /v2/members/1", "bob:c POST /v2/members {}",
        "root:pw DELETE /enable", "root:pw DELETE /enable", "- GET /v2/keys/a/x",
        "- DELETE /users/bob", "- DELETE /users/bob", "- DELETE /roles/r1", "- DELETE /roles/r1",
    ];

    [Fact]
    public async Task Every_step_is_answered_as_etcd_answers_it()
    {
        var servers = new V2ReferencePair();
        await servers.InitializeAsync();
        try
        {
            using var kv = new V2Http(servers.KvUrl);
            using var etcd = new V2Http(servers.EtcdUrl);
            foreach (var step in Steps)
            {
                var request = Parse(step);
                Assert.Equal($"{step}: {Show(await etcd.SendAsync(request))}", $"{step}: {Show(await kv.SendAsync(request))}");
            }
        }
        finally
        {
            await servers.DisposeAsync();
        }
    }

    [Fact]
    public async Task Etcdctl_sets_up_users_and_roles_and_they_hold_on_every_member_and_after_a_restart()
    {
        using var cluster = await TestCluster.StartAsync(3, "--enable-v2", "--bcrypt-cost", "4");
        await MustAsync("", "user", "add", "root:pw");
        await MustAsync("", "user", "add", "bob:secret");
        await MustAsync("", "role", "add", "reader");
        await MustAsync("", "role", "grant", "reader", "--path", "/open/*", "--read");
        await MustAsync("", "user", "grant", "bob", "--roles", "reader");
        await MustAsync("", "set", "/open/key", "v");
        await MustAsync("", "auth", "enable");
        await MustAsync("root:pw", "role", "remove", "guest");
        await AssertRulesAsync();
        Assert.Contains("reader", await MustAsync("root:pw", "role", "list"), StringComparison.Ordinal);
        Assert.Contains("/open/*", await MustAsync("root:pw", "role", "get", "reader"), StringComparison.Ordinal);
        Assert.Contains("bob", await MustAsync("root:pw", "user", "list"), StringComparison.Ordinal);
        Assert.Contains("reader", await MustAsync("root:pw", "user", "get", "bob"), StringComparison.Ordinal);

        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        await cluster.StartAllAsync();
        await AssertRulesAsync();

        // The store of users and roles is nobody's to read or change, whoever asks.
        foreach (var node in cluster.Nodes)
        {
            using var http = new V2Http(node.ClientUrl);
            foreach (var request in new[] { "root:pw GET /v2/keys/_%FFsecurity?recursive=true", "root:pw PUT /v2/keys/_%FFsecurity/enabled value=false" })
            {
                Assert.Equal(404, (await http.SendAsync(Parse(request))).Status);
            }

            Assert.DoesNotContain("security", (await http.SendAsync(Parse("root:pw GET /v2/keys/?recursive=true"))).Body, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", node.Process!.Log, StringComparison.Ordinal);
        }

        await MustAsync("root:pw", "user", "revoke", "bob", "--roles", "reader");
        await MustAsync("root:pw", "role", "revoke", "reader", "--path", "/open/*", "--read");
        await MustAsync("root:pw", "user", "remove", "bob");
        Assert.NotEqual(0, (await TryAsync(cluster.Nodes[0], "bob:secret", "get", "/open/key")).ExitCode);
        await MustAsync("root:pw", "auth", "disable");
        await MustAsync("", "get", "/open/key");

        async Task<string> MustAsync(string user, params string[] command)
        {
            var result = await TryAsync(cluster.Nodes[0], user, command);
            Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {result.Output}{result.Error}");
            return result.Output;
        }

        async Task AssertRulesAsync()
        {
            foreach (var node in cluster.Nodes)
            {
                await Eventually.Holds(
                    async () => (await TryAsync(node, "bob:secret", "get", "/open/key")).ExitCode == 0, "bob reads");
                Assert.NotEqual(0, (await TryAsync(node, "bob:wrong", "get", "/open/key")).ExitCode);
                Assert.NotEqual(0, (await TryAsync(node, "bob:secret", "set", "/open/key", "w")).ExitCode);
                Assert.NotEqual(0, (await TryAsync(node, "bob:secret", "get", "/other")).ExitCode);
                Assert.NotEqual(0, (await TryAsync(node, "", "get", "/open/key")).ExitCode);
                Assert.Equal(0, (await TryAsync(node, "root:pw", "set", "/other", "w")).ExitCode);
            }
        }
    }

    private static Task<CommandResult> TryAsync(Node node, string user, params string[] command) => Programs.RunAsync(
        Tools.EtcdCtl, new Dictionary<string, string> { ["ETCDCTL_API"] = "2" },
        ["--endpoints", node.ClientUrl, "--no-sync", .. user.Length > 0 ? ["-u", user] : Array.Empty<string>(), .. command]);

    private static V2Request Parse(string step)
    {
        var parts = step.Split(' ', 4);
        var body = parts.ElementAtOrDefault(3);
        var target = parts[2].StartsWith("/v2", StringComparison.Ordinal) ? parts[2] : "/v2/auth" + parts[2];
        var type = body?.StartsWith('{') == true ? "application/json" : null;
        return new V2Request(parts[1], target, body, type) { Credentials = parts[0] == "-" ? null : parts[0] };
    }

    /// <summary>Without indexes: etcd keeps its cluster in the same store.</summary>
    private static string Show(V2Answer answer) => Index().Replace(
        $"{answer.Status} {string.Join(' ', answer.Headers.OrderBy(h => h.Key).Select(h => $"{h.Key}={h.Value}"))} {answer.Body}", "$1N");

    [GeneratedRegex("(X-Etcd-Index=|[iI]ndex\":)[1-9][0-9]*")]
    private static partial Regex Index();
}
