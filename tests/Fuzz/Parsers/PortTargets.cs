// Bytes over the ports of a running node, through the server and all that is behind it. What one connection changes
// the next may find, so here an input does not say everything; the node is made anew from time to time.
using System.Text;

namespace Fuzz.Parsers;

/// <summary>A port of a node: every connection is answered as it should be, and nothing is logged as an error.</summary>
internal abstract class PortTarget : Target, IDisposable
{
    private const int InputsPerNode = 3_000;

    private const string LengthHeader = "Content-Length:";

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);

    /// <summary>For the first answer to a request that is all there.</summary>
    private static readonly TimeSpan WholePatience = TimeSpan.FromSeconds(1);

    /// <summary>For the first answer to one that may not be.</summary>
    private static readonly TimeSpan PartPatience = TimeSpan.FromMilliseconds(20);

    /// <summary>For a node that does everything for the first time.</summary>
    private static readonly TimeSpan WarmUpPatience = TimeSpan.FromSeconds(20);

    private readonly bool _isAlone;
    private LiveNode? _node;
    private int _inputs;

    protected PortTarget(string name, bool isAlone)
        : base(name)
    {
        _isAlone = isAlone;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public override int QuickInputs => 40;

    public override int LengthMax => 12 << 10;

    public override bool IsPure => false;

    /// <summary>A node may have to be started.</summary>
    public override TimeSpan TimeMax => TimeSpan.FromMinutes(1);

    /// <summary>The node does more than answer.</summary>
    public override long AllocatedMax => 1L << 30;

    protected LiveNode Node
    {
        get
        {
            if (_node is null || _inputs >= InputsPerNode || !_node.IsServing)
            {
                Dispose();
                _node = new LiveNode(_isAlone);
                _inputs = 0;
                foreach (var input in Corpus())
                {
                    LiveNode.Exchange(PortOf(_node), Prepare(_node, input), WarmUpPatience, Patience);
                }
            }

            return _node;
        }
    }

    public override Answer Run(byte[] input)
    {
        var node = Node;
        _inputs++;
        var sent = Prepare(node, input);
        var answer = Encoding.Latin1.GetString(
            LiveNode.Exchange(PortOf(node), sent, IsWhole(sent) ? WholePatience : PartPatience, Patience));
        var error = node.TakeError();
        OracleException.Require(error is null, $"logged as an error: {error}");
        OracleException.Require(node.IsServing, "the node has stopped");
        OracleException.Require(!answer.Contains("internal error", StringComparison.Ordinal), answer);
        var status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? answer.Split('\n')[0].Trim() : answer.Length > 0 ? "other" : "";
        return new Answer(status.StartsWith("HTTP/1.1 2", StringComparison.Ordinal), status);
    }

    public void Dispose()
    {
        _node?.Dispose();
        _node = null;
    }

    /// <summary>Says how long the body is, so that it is read.</summary>
    public override byte[] Repair(byte[] input)
    {
        var (head, body) = Split(Encoding.Latin1.GetString(input));
        var length = head.IndexOf(LengthHeader, StringComparison.OrdinalIgnoreCase);
        if (length < 0)
        {
            return input;
        }

        var end = head.IndexOf("\r\n", length, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes($"{head[..length]}{LengthHeader} {body.Length}{(end < 0 ? "" : head[end..])}\r\n\r\n{body}");
    }

    protected abstract int PortOf(LiveNode node);

    /// <summary>Puts in what is known of a node only when it runs.</summary>
    protected virtual byte[] Prepare(LiveNode node, byte[] input) => input;

    private static (string Head, string Body) Split(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? (request, "") : (request[..end], request[(end + 4)..]);
    }

    private static bool IsWhole(byte[] request)
    {
        var (head, body) = Split(Encoding.Latin1.GetString(request));
        return head.Length < request.Length
            && head.Contains($"{LengthHeader} {body.Length}\r\n", StringComparison.OrdinalIgnoreCase)
            && !head.Contains("chunked", StringComparison.OrdinalIgnoreCase);
    }

    protected static byte[] Request(string method, string target, string body, params string[] headers) => Encoding.UTF8.GetBytes(
        $"{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
        + string.Concat(headers.Select(header => header + "\r\n")) + "\r\n" + body);
}

/// <summary>The client port.</summary>
internal sealed class ClientPortTarget() : PortTarget("client-port", isAlone: true)
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded";

    public override IEnumerable<string> Words =>
    [
        "\r\n", "GET ", "PUT ", "POST ", "DELETE ", "OPTIONS ", "/v3/", "/v3beta/", "kv/", "lease/", "auth/", "/v2/keys/", "/v2/members", "/v2/stats/self",
        "/v2/auth/users/", "/v2/auth/roles/", "/health", "/livez", "/readyz?verbose", "/version", "/metrics", "/debug/vars", "/new?size=", "?", "&",
        "null", "[]", "{}", "\"\"", "-1", "18446744073709551615", "\\ud800", "Transfer-Encoding: chunked\r\n\r\n", "Expect: 100-continue\r\n",
        "Authorization: Basic ", "Authorization: Bearer ", "Upgrade: websocket\r\nConnection: Upgrade\r\n", "Content-Type: application/json\r\n",
        "Accept-Encoding: gzip\r\n", "Origin: http://a\r\n", "HTTP/1.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];

    public override IEnumerable<byte[]> Corpus() =>
    [
        Request("POST", "/v3/kv/put", """{"key":"a2V5","value":"djE=","lease":"0","prev_kv":true}"""),
        Request("POST", "/v3/kv/range", """{"key":"AA==","range_end":"AA==","limit":"5","sort_order":"DESCEND"}"""),
        Request("POST", "/v3/kv/txn", """{"compare":[{"target":"MOD","key":"a2V5","result":"GREATER","mod_revision":"0"}],"success":[{"request_put":{"key":"dA==","value":"MQ=="}},{"request_range":{"key":"dA=="}}],"failure":[{"request_delete_range":{"key":"dA=="}}]}"""),
        Request("POST", "/v3/kv/deleterange", """{"key":"dA=="}"""), Request("POST", "/v3/kv/compaction", """{"revision":"1"}"""),
        Request("POST", "/v3/lease/grant", """{"TTL":"60","ID":"7"}"""), Request("POST", "/v3/lease/timetolive", """{"ID":"7","keys":true}"""),
        Request("POST", "/v3/cluster/member/list", "{}"), Request("POST", "/v3/maintenance/hashkv", """{"revision":"0"}"""),
        Request("POST", "/v3/maintenance/alarm", """{"action":"GET"}"""), Request("POST", "/v3/auth/role/add", """{"name":"r"}"""),
        Request("POST", "/v3/auth/role/grant", """{"name":"r","perm":{"permType":"READWRITE","key":"YQ==","range_end":"AA=="}}"""),
        Request("POST", "/v3/auth/authenticate", """{"name":"x","password":"y"}"""), Request("POST", "/v3/watch", """{"create_request":{"key":"a2V5"}}"""),
        Request("POST", "/v3/lock/lock", """{"name":"bG9jaw=="}"""), Request("POST", "/v3/election/campaign", """{"name":"ZQ==","value":"dg=="}"""),
        Request("GET", "/v2/keys/dir?recursive=true", ""), Request("PUT", "/v2/keys/dir/a?prevExist=false", "value=a%20b&ttl=50", Form),
        Request("POST", "/v2/keys/queue", "value=1", Form), Request("DELETE", "/v2/keys/dir/a?prevValue=x", ""),
        Request("GET", "/v2/keys/dir?wait=true&waitIndex=1", ""), Request("GET", "/v2/members", ""), Request("GET", "/v2/stats/store", ""),
        Request("PUT", "/v2/auth/users/jane", """{"user":"jane","password":"p","roles":["r"]}"""),
        Request("PUT", "/v2/auth/roles/r", """{"role":"r","permissions":{"kv":{"read":["/*"],"write":[]}}}"""),
        Request("GET", "/v2/auth/roles", "", "Authorization: Basic amFuZTpw"), Request("GET", "/health?exclude=NOSPACE", ""), Request("GET", "/version", ""),
        Request("GET", "/readyz?verbose&exclude=data_corruption", ""), Request("GET", "/kv/revision?at=1700000000000", ""), Request("GET", "/new?size=3", ""),
    ];

    protected override int PortOf(LiveNode node) => node.ClientPort;
}

/// <summary>The peer port of a member that has others. In an input the ids are letters: c the cluster's, m its own, o
/// another's.</summary>
internal sealed class PeerPortTarget() : PortTarget("peer-port", isAlone: false)
{
    private static readonly string[] Ids = ["X-Etcd-Cluster-ID: {c}", "X-Raft-To: {m}", "X-Server-From: {o}", "X-Server-Version: 3.6.0"];

    public override IEnumerable<string> Words =>
    [
        "\r\n", "{c}", "{m}", "{o}", "0", "GET ", "POST ", "/raft/stream", "/raft/snapshot", "/raft/probing", "/members", "/members/change",
        "/members/hashkv", "/leases", "/leases/internal", "/version", "null", "[]", "{}", "[null]", "-1", "1.5", "\"id\":", "\"action\":", "\"peerURLs\":",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n\r\n", "HTTP/1.0", "Expect: 100-continue\r\n",
    ];

    public override IEnumerable<byte[]> Corpus() =>
    [
        Request("GET", "/members", "", Ids), Request("GET", "/version", "", Ids), Request("GET", "/raft/probing", "", Ids),
        Request("POST", "/leases", """{"ids":[1,2]}""", Ids), Request("POST", "/leases/internal", """{"id":7}""", Ids),
        Request("GET", "/members/hashkv", """{"revision":0}""", Ids),
        Request("POST", "/members/change", """{"action":0,"id":0,"peerURLs":["http://127.0.0.1:9"],"isLearner":true}""", Ids),
        Request("POST", "/raft/stream", "\0\0\0\0\u0001\0\0\0\u0001", Ids), Request("POST", "/raft/snapshot", "\u0001\0\0\0\u0001kvsnap\r\n", Ids),
    ];

    protected override int PortOf(LiveNode node) => node.PeerPort;

    protected override byte[] Prepare(LiveNode node, byte[] input) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(input)
        .Replace("{c}", $"{node.ClusterId:x}", StringComparison.Ordinal)
        .Replace("{m}", $"{node.MemberId:x}", StringComparison.Ordinal)
        .Replace("{o}", $"{node.OtherId:x}", StringComparison.Ordinal));
}
