using System.Net;
using Kv.Node.Discovery;
using Kv.Node.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fuzz.Parsers;

/// <summary>Answers of a registry: the size, and then the members, a line each. A start through it ends with a
/// cluster, or says why not.</summary>
internal sealed class RegistryTarget() : Target("registry")
{
    private const string Own = "8e9e05c52164694d";

    private static readonly InitialMember Self = new("n1", [new Uri("http://127.0.0.1:2380")]);

    public override int QuickInputs => 3_000;

    public override IEnumerable<string> Words =>
    [
        "null", "{}", "[]", "\"node\":", "\"nodes\":", "\"key\":", "\"value\":", "\"createdIndex\":", "\"dir\":true", "-1", "1.5", "\"\"",
        "n1=http://127.0.0.1:2380", "&", ",", Own, "\n",
    ];

    public override IEnumerable<byte[]> Corpus()
    {
        var own = $$"""{"key":"/t/{{Own}}","value":"n1=http://127.0.0.1:2380","modifiedIndex":5,"createdIndex":5}""";
        var other = """{"key":"/t/ce2a822cea30bfca","value":"n2=http://127.0.0.1:2381&n2=http://127.0.0.1:2382","createdIndex":6}""";
        yield return Samples.Bytes(
            """{"action":"get","node":{"key":"/t/_config/size","value":"1","createdIndex":3}}"""
            + "\n" + $$$"""{"action":"get","node":{"key":"/t","dir":true,"nodes":[{{{own}}}],"createdIndex":1}}""");
        yield return Samples.Bytes(
            """{"node":{"value":"2"}}""" + "\n" + $$$"""{"node":{"nodes":[{{{other}}},{{{own}}},{"key":"/t/x","dir":true}]}}""");
    }

    public override Answer Run(byte[] input)
    {
        var lines = Samples.Text(input).Split('\n', 2);
        using var registry = new V2Registry(
            new DiscoveryOptions { Url = "http://registry/t" }, new Answers(lines[0], lines.ElementAtOrDefault(1) ?? ""));
        var discovery = new RegistryDiscovery(registry, TimeSpan.Zero, new HurriedClock(), NullLogger.Instance);
        try
        {
            var cluster = discovery.FindAsync(Own, Self, CancellationToken.None).GetAwaiter().GetResult();
            OracleException.Require(
                cluster.Count > 0 && cluster.All(member => member.Name.Length > 0 && member.PeerUrls.Count > 0), "members without names or URLs");
            return Answer.Accepted($"{cluster.Count}");
        }
        catch (DiscoveryException refusal)
        {
            return Answer.Refused(refusal.Message);
        }
    }

    /// <summary>Nobody waits.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.FromTicks(1) : dueTime, period);
    }

    private sealed class Answers(string size, string members) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var query = request.RequestUri!.Query;
            var body = request.RequestUri.AbsolutePath.EndsWith("/size", StringComparison.Ordinal) ? size : members;
            return Task.FromResult(request.Method == HttpMethod.Put ? new HttpResponseMessage(HttpStatusCode.PreconditionFailed)
                // Whoever waits is not told anything: it would begin again.
                : query.Contains("wait=true", StringComparison.Ordinal) ? new HttpResponseMessage(HttpStatusCode.InternalServerError)
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) });
        }
    }
}
