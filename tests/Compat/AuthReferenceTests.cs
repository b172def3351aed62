// Users, roles and tokens of kvnode beside those of etcd: the same calls, in the same order and as the same users,
// must get the same answers, down to revisions.
using System.Text.Json.Nodes;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>The Auth service over JSON and through etcdctl, against both servers.</summary>
public sealed class AuthReferenceTests
{
    /// <summary>
    /// Who (a dash: nobody; "!": a token that is none), path below /v3, body; a key in angle brackets stands for its
    /// base64. What etcd 3.5.16 lets anybody do, or says in other words than later releases, is in AuthWalkTests.
    /// </summary>
    private const string Steps = """
        - auth/status {}
        - auth/enable {}
        - auth/authenticate {"name":"root","password":"x"}
        - auth/user/add {"name":"","password":"x"}
        - auth/user/add {"name":"root","password":"rp"}
        - auth/user/add {"name":"root","password":"rp"}
        - auth/enable {}
        - auth/user/grant {"user":"root","role":"root"}
        - auth/status {}
        - auth/user/grant {"user":"root","role":"root"}
        - auth/status {}
        - auth/user/grant {"user":"root","role":"nope"}
        - auth/user/grant {"user":"nope","role":"root"}
        - auth/role/get {"role":"root"}
        - auth/role/add {"name":""}
        - auth/role/add {"name":"r1"}
        - auth/role/add {"name":"r1"}
        - auth/role/grant {"name":"r1"}
        - auth/role/grant {"name":"r1","perm":{"permType":"READWRITE","key":""}}
        - auth/role/grant {"name":"r1","perm":{"permType":"READWRITE","key":"<b>","range_end":"<a>"}}
        - auth/role/grant {"name":"nope","perm":{"permType":"READWRITE","key":"<b>"}}
        - auth/role/grant {"name":"r1","perm":{"permType":"READWRITE","key":"<a>","range_end":"<c>"}}
        - auth/role/grant {"name":"r1","perm":{"permType":"READ","key":"<c>","range_end":"<e>"}}
        - auth/role/grant {"name":"r1","perm":{"permType":"WRITE","key":"<x>"}}
        - auth/role/grant {"name":"r1","perm":{"permType":"WRITE","key":"<x>"}}
        - auth/role/get {"role":"r1"}
        - auth/status {}
        - auth/role/revoke {"role":"r1","key":"<zz>"}
        - auth/role/revoke {"role":"nope","key":"<zz>"}
        - auth/user/add {"name":"u1","password":"p1"}
        - auth/user/add {"name":"e1","password":""}
        - auth/user/add {"name":"n1","options":{"no_password":true}}
        - auth/user/add {"name":"n2","password":"zz","options":{"no_password":true}}
        - auth/user/add {"name":"long","password":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
        - auth/user/grant {"user":"u1","role":"r1"}
        - auth/user/get {"name":"u1"}
        - auth/user/get {"name":"nope"}
        - auth/user/list {}
        - auth/role/list {}
        - auth/user/revoke {"name":"u1","role":"nope"}
        - auth/user/changepw {"name":"nope","password":"x"}
        - auth/user/changepw {"name":"n1","password":"x"}
        - auth/user/delete {"name":"nope"}
        - auth/role/delete {"role":"nope"}
        - lease/grant {"ID":77,"TTL":6000}
        - auth/status {}
        - auth/enable {}
        - auth/enable {}
        - kv/put {"key":"<a>","value":"<1>"}
        - kv/range {"key":"<a>"}
        - kv/range {"key":""}
        - kv/txn {"success":[{"request_put":{"key":"<a>","value":"<1>"}}]}
        - kv/deleterange {"key":"<a>"}
        - lease/timetolive {"ID":77,"keys":true}
        - auth/user/list {}
        - auth/user/get {"name":"u1"}
        - auth/role/get {"role":"r1"}
        - cluster/member/add {"peerURLs":["http://1.2.3.4:5"]}
        - auth/authenticate {"name":"root","password":"bad"}
        - auth/authenticate {"name":"n1","password":""}
        - auth/authenticate {"name":"n1","password":"x"}
        - auth/authenticate {"name":"nope","password":"x"}
        - auth/authenticate {"name":"","password":"x"}
        - auth/authenticate {"name":"e1","password":"x"}
        ! kv/range {"key":"<a>"}
        ! auth/authenticate {"name":"root","password":"bad"}
        u1:p1 kv/put {"key":"<a>","value":"<1>"}
        u1:p1 kv/put {"key":"<q>","value":"<1>"}
        u1:p1 kv/put {"key":"<x>","value":"<1>","prev_kv":true}
        u1:p1 kv/put {"key":"<c>","value":"<1>"}
        u1:p1 kv/range {"key":"<a>","range_end":"<e>"}
        u1:p1 kv/range {"key":"<a>","range_end":"<f>"}
        u1:p1 kv/range {"key":"<a>","range_end":"AA=="}
        u1:p1 kv/range {"key":"<b>","range_end":"<a>"}
        u1:p1 kv/range {"key":"<b>","range_end":"<b>"}
        u1:p1 kv/range {"key":"<z>","range_end":"<y>"}
        u1:p1 kv/range {"key":"<z>","range_end":"<a>"}
        u1:p1 kv/range {"key":"<a>","range_end":"<e>","serializable":true}
        u1:p1 kv/range {"key":"<a>","range_end":"<f>","serializable":true}
        u1:p1 kv/deleterange {"key":"<x>","prev_kv":true}
        u1:p1 kv/deleterange {"key":"<x>"}
        u1:p1 kv/deleterange {"key":"<b>","range_end":"<a>"}
        u1:p1 kv/deleterange {"key":"<a>","range_end":"<d>"}
        u1:p1 kv/range {"key":""}
        u1:p1 kv/put {"key":"<a>","value":"<1>","lease":99}
        u1:p1 kv/put {"key":"<q>","value":"<1>","lease":99}
        u1:p1 kv/put {"key":"<a>","value":"<1>","lease":77}
        u1:p1 lease/timetolive {"ID":78,"keys":true}
        u1:p1 kv/txn {"compare":[{"key":"<a>","target":"VALUE","value":"<1>"}],"success":[{"request_put":{"key":"<a>","value":"<2>"}}]}
        u1:p1 kv/txn {"compare":[{"key":"<x>","target":"VALUE","value":"<1>"}],"success":[{"request_put":{"key":"<a>","value":"<2>"}}]}
        u1:p1 kv/txn {"failure":[{"request_range":{"key":"<x>"}}]}
        u1:p1 kv/txn {"success":[{"request_range":{"key":"<a>"}}]}
        u1:p1 kv/txn {"success":[{"request_range":{"key":"<q>"}}]}
        u1:p1 kv/txn {"failure":[{"request_delete_range":{"key":"<q>"}}]}
        u1:p1 lease/revoke {"ID":5}
        u1:p1 auth/user/get {"name":"u1"}
        u1:p1 auth/user/get {"name":"root"}
        u1:p1 auth/role/get {"role":"r1"}
        u1:p1 auth/role/get {"role":"root"}
        u1:p1 auth/user/list {}
        u1:p1 auth/role/list {}
        u1:p1 auth/user/changepw {"name":"u1","password":"x"}
        u1:p1 auth/disable {}
        u1:p1 cluster/member/remove {"ID":1}
        root:rp auth/user/delete {"name":"root"}
        root:rp auth/role/delete {"role":"root"}
        root:rp auth/user/revoke {"name":"root","role":"root"}
        root:rp auth/role/add {"name":"root"}
        root:rp auth/status {}
        root:rp kv/put {"key":"<q>","value":"<1>","lease":77}
        root:rp kv/range {"key":"AA==","range_end":"AA=="}
        root:rp auth/user/list {}
        u1:p1 kv/put {"key":"<a>","value":"<1>","lease":77}
        u1:p1 lease/revoke {"ID":77}
        u1:p1 lease/timetolive {"ID":78}
        root:rp auth/role/revoke {"role":"r1","key":"<c>","range_end":"<e>"}
        u1:p1 kv/range {"key":"<c>"}
        u1:p1 kv/range {"key":"<a>"}
        root:rp auth/role/delete {"role":"r1"}
        root:rp auth/user/get {"name":"u1"}
        u1:p1 kv/range {"key":"<a>"}
        root:rp auth/user/changepw {"name":"u1","password":"p2"}
        u1:p1 kv/range {"key":"<a>"}
        u1:p2 kv/range {"key":"<a>"}
        root:rp auth/user/delete {"name":"u1"}
        u1:p2 kv/range {"key":"<a>"}
        root:rp auth/disable {}
        - auth/status {}
        - auth/disable {}
        - auth/status {}
        - kv/range {"key":"AA==","range_end":"AA=="}
        root:rp kv/range {"key":"<a>"}
        """;

    [Fact]
    public async Task Every_step_is_answered_as_etcd_answers_it()
    {
        var pair = new ReferencePair();
        await pair.InitializeAsync();
        try
        {
            using var etcd = new Player(pair.EtcdUrl);
            using var kv = new Player(pair.KvUrl);
            foreach (var step in Steps.Split('\n'))
            {
                Assert.Equal($"{step}: {await etcd.PlayAsync(step)}", $"{step}: {await kv.PlayAsync(step)}");
            }
        }
        finally
        {
            await pair.DisposeAsync();
        }
    }

    [Fact]
    public async Task Etcdctls_auth_user_and_role_commands_print_what_they_print_against_etcd()
    {
        var pair = new ReferencePair();
        await pair.InitializeAsync();
        try
        {
            await pair.SameAsync("auth", "enable");
            await pair.SameAsync("user", "add", "root:secret");
            await pair.SameWithInputAsync("pw\n", "user", "add", "ann", "--interactive=false");
            await pair.SameAsync("user", "add", "cert", "--no-password");
            await pair.SameAsync("user", "add", "ann:again");
            await pair.SameAsync("role", "add", "ops");
            await pair.SameAsync("role", "add", "ops");
            await pair.SameAsync("role", "grant-permission", "ops", "readwrite", "a", "c");
            await pair.SameAsync("role", "grant-permission", "--prefix=true", "ops", "read", "conf/");
            await pair.SameAsync("role", "grant-permission", "--from-key=true", "ops", "write", "x");
            await pair.SameAsync("role", "grant-permission", "ops", "sing", "x");
            await pair.SameAsync("role", "grant-permission", "none", "read", "x");
            await pair.SameAsync("role", "get", "ops");
            await pair.SameAsync("role", "list");
            await pair.SameAsync("role", "revoke-permission", "--from-key=true", "ops", "x");
            await pair.SameAsync("role", "revoke-permission", "ops", "x");
            await pair.SameAsync("user", "grant-role", "ann", "ops");
            await pair.SameAsync("user", "grant-role", "ann", "none");
            await pair.SameAsync("user", "grant-role", "root", "root");
            await pair.SameAsync("user", "get", "ann");
            await pair.SameAsync("user", "get", "ann", "--detail");
            await pair.SameAsync("user", "list");
            await pair.SameAsync("auth", "enable");
            await pair.SameAsync("put", "a", "1");
            await pair.SameAsync("put", "a", "1", "--user", "ann:pw");
            await pair.SameAsync("put", "q", "1", "--user", "ann:pw");
            await pair.SameAsync("put", "q", "1", "--user", "ann:wrong");
            await pair.SameAsync("get", "a", "--user", "ann", "--password", "pw");
            await pair.SameAsync("get", "", "--prefix", "--user", "ann:pw");
            await pair.SameAsync("get", "conf/", "--prefix", "--user", "ann:pw");
            await pair.SameAsync("get", "", "--prefix", "--user", "root:secret");
            await pair.SameWithInputAsync("pw2\n", "user", "passwd", "ann", "--interactive=false", "--user", "root:secret");
            await pair.SameAsync("get", "a", "--user", "ann:pw");
            await pair.SameAsync("get", "a", "--user", "ann:pw2");
            await pair.SameAsync("user", "list", "--user", "ann:pw2");
            await pair.SameAsync("user", "list", "--user", "root:secret");
            await pair.SameAsync("role", "get", "ops", "--user", "ann:pw2");
            await pair.SameAsync("user", "revoke-role", "ann", "ops", "--user", "root:secret");
            await pair.SameAsync("user", "revoke-role", "ann", "ops", "--user", "root:secret");
            await pair.SameAsync("role", "delete", "ops", "--user", "root:secret");
            await pair.SameAsync("user", "delete", "ann", "--user", "root:secret");
            await pair.SameAsync("user", "delete", "root", "--user", "root:secret");
            await pair.SameAsync("auth", "disable", "--user", "root:secret");
            await pair.SameAsync("auth", "disable");
            await pair.SameAsync("get", "a");
        }
        finally
        {
            await pair.DisposeAsync();
        }
    }

    /// <summary>Plays steps to one server. Users keep their first token until a step logs them in with another
    /// password.</summary>
    private sealed class Player(string url) : IDisposable
    {
        private readonly JsonClient _client = new(url);
        private readonly Dictionary<string, string?> _tokens = [];

        public void Dispose() => _client.Dispose();

        public async Task<string> PlayAsync(string step)
        {
            var parts = step.Trim().Split(' ', 3);
            _client.UseToken(await TokenAsync(parts[0]));
            var reply = await _client.PostAsync("/v3/" + parts[1], WithKeys(parts[2]));
            foreach (var name in new[] { "cluster_id", "member_id", "raft_term" })
            {
                (reply.Body["header"] as JsonObject)?.Remove(name);
            }

            // etcd 3.5 says both; the text of an error is what counts.
            reply.Body.Remove("error");
            reply.Body.Remove("details");
            return $"{(int)reply.Status} {reply.Body.ToJsonString()}";
        }

        private async Task<string?> TokenAsync(string who)
        {
            if (who is "-")
            {
                return null;
            }

            if (who is "!")
            {
                return "garbage";
            }

            if (!_tokens.TryGetValue(who, out var token))
            {
                _client.UseToken(null);
                var (name, password) = who.Split(':') is [var left, var right] ? (left, right) : (who, "");
                var reply = await _client.PostAsync(
                    "/v3/auth/authenticate", $$"""{"name":"{{name}}","password":"{{password}}"}""");
                _tokens[who] = token = (string?)reply.Body["token"];
            }

            return token;
        }

        private static string WithKeys(string body) => System.Text.RegularExpressions.Regex.Replace(
            body, "<([a-z0-9]+)>", match => JsonClient.Base64(match.Groups[1].Value));
    }
}
