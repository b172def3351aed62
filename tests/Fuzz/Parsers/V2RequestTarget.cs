using System.Text.Json;
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.V2;
using Kv.Node.V2;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fuzz.Parsers;

/// <summary>Requests to the v2 keys: method, target, and a form, each on a line of its own.</summary>
internal sealed class V2RequestTarget() : Target("v2-request")
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public override IEnumerable<string> Words =>
    [
        "GET", "PUT", "POST", "DELETE", "HEAD", "http://h", "://", "%2F", "%", "%00", "%ff", "..", "//", "?", "&", "=", ";", "+", "/v2/keys",
        "prevValue=", "prevIndex=", "prevExist=", "waitIndex=", "recursive=", "sorted=", "wait=", "dir=", "quorum=", "stream=",
        "noValueOnSuccess=", "ttl=", "refresh=", "value=", "true", "false", "t", "18446744073709551615", "\u00e9", "_hidden", "/dir/one",
    ];

    public override IEnumerable<byte[]> Corpus() => Samples.Texts(
        "GET\n/v2/keys/dir?recursive=true&sorted=true\n", "PUT\n/v2/keys/dir/one\nvalue=a+b%21&ttl=5",
        "PUT\n/v2/keys/dir/new?prevExist=false\nvalue=x", "POST\n/v2/keys/queue\nvalue=job", "DELETE\n/v2/keys/dir?recursive=true\n",
        "PUT\n/v2/keys/dir/one?prevValue=1&prevIndex=0\nvalue=2", "DELETE\n/v2/keys/dir/one?prevIndex=0\n",
        "PUT\n/v2/keys/dir/one\nttl=9&refresh=true&prevExist=true", "GET\nhttp://host/v2/keys/%64ir?wait=true&waitIndex=3&stream=1\n",
        "PUT\n/v2/keys/dir/sub\ndir=true&ttl=", "HEAD\n/v2/keys/?quorum=false\n", "DELETE\n/v2/keys/queue?recursive=1&noValueOnSuccess=1\n");

    public override Answer Run(byte[] input)
    {
        var parts = System.Text.Encoding.Latin1.GetString(input).Split('\n', 3);
        var (method, raw) = (parts[0], parts.ElementAtOrDefault(1) ?? "");
        if (!raw.All(letter => letter is > ' ' and <= '~'))
        {
            return Answer.Refused("no target the server lets through");
        }

        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = raw;
        context.Request.Method = method;
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.Body = new MemoryStream(System.Text.Encoding.Latin1.GetBytes(parts.ElementAtOrDefault(2) ?? ""));
        if (V2Target.Of(context) is not { } target)
        {
            return Answer.Refused("target");
        }

        if (target.CleanLocation() is { } location)
        {
            OracleException.Require(location.All(char.IsAscii), "a location with more than ASCII in it");
            return Answer.Refused("moved");
        }

        if (!target.IsUnder(V2Keys.Prefix))
        {
            return Answer.Refused("elsewhere");
        }

        var path = target.After(V2Keys.Prefix.Length);
        OracleException.Require(V2Path.IsCanonical(path), "a path that is not canonical");
        var form = V2Form.ReadAsync(context.Request, target.Query, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        try
        {
            var call = V2Call.Parse(method, path, form);
            return Answer.Accepted(HttpMethods.IsPut(method) || HttpMethods.IsPost(method) || HttpMethods.IsDelete(method)
                ? Write(method, call)
                : Read(Samples.Open.V2, call));
        }
        catch (V2Exception refusal)
        {
            var json = new V2Json();
            json.Error(refusal.Error);
            JsonDocument.Parse(json.Written).Dispose();
            return Answer.Refused($"{refusal.Error.Code}");
        }
    }

    /// <summary>The write gets through the log, and what comes of it can be shown.</summary>
    private static string Write(string method, V2Call call)
    {
        var command = Command.NewV2Write(call.ToWrite(method, Now));
        var entry = Samples.EntryAfter(Samples.Open, Kv.Core.Raft.EntryKind.Normal, CommandCodec.Encode(1, command, Kv.Core.Auth.Caller.Node));
        var outcomes = new List<Outcome>();
        var state = StoreMachine.Apply(Samples.Open, [entry], outcomes);
        OracleException.Require(outcomes.Single().Error == StoreError.None, $"the log refuses it: {outcomes[0].Error}");
        var reply = (V2Reply)outcomes[0].Reply;
        if (reply.Error is not null)
        {
            throw new V2Exception(reply.Error);
        }

        var json = new V2Json();
        json.Event(reply.Event, withNodes: !call.NoValueOnSuccess);
        JsonDocument.Parse(json.Written).Dispose();
        Read(state.V2, call);
        SnapshotTarget.RequireSound(state);
        return $"{reply.Event.Action}";
    }

    private static string Read(V2State state, V2Call call)
    {
        var (error, node) = state.Find(call.Path);
        if (error is not null)
        {
            return $"{error.Code}";
        }

        var json = new V2Json();
        new V2Listing(json, call.IsRecursive, (Now - DateTimeOffset.UnixEpoch).Ticks * 100).Write(call.Path, node);
        JsonDocument.Parse(json.Written).Dispose();
        return "read";
    }
}
