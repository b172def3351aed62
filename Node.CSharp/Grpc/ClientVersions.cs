// Which versions of etcd's client library call: official clients say so in metadata. Few versions are
// in use at a time, and one of them usually makes the next call too.
using System.Collections.Concurrent;
using Grpc.Core;
using Prometheus;

namespace Kv.Node.Grpc;

/// <summary>Counts gRPC calls by the version of the client.</summary>
internal sealed class ClientVersions(string type)
{
    private const string Header = "client-api-version";

    private const string Unknown = "unknown";

    /// <summary>Versions counted apart: what a client says of itself must not grow the heap.</summary>
    private const int VersionsMax = 100;

    private static readonly Counter Requests = Metrics.CreateCounter(
        "etcd_server_client_requests_total",
        "Requests of clients by the version of their API.",
        "type",
        "client_api_version");

    private readonly ConcurrentDictionary<string, Counter.Child> _known = new(StringComparer.Ordinal);

    /// <summary>Calls with one response.</summary>
    public static ClientVersions Unary { get; } = new("unary");

    /// <summary>Streams.</summary>
    public static ClientVersions Stream { get; } = new("stream");

    /// <summary>A call arrived.</summary>
    public void Count(ServerCallContext context)
    {
        var version = context.GetHttpContext().Request.Headers.TryGetValue(Header, out var values)
            && values.ToString() is { Length: > 0 } text ? text : Unknown;
        if (!_known.TryGetValue(version, out var counter))
        {
            version = _known.Count < VersionsMax ? version : Unknown;
            counter = _known.GetOrAdd(version, v => Requests.WithLabels(type, v));
        }

        counter.Inc();
    }
}
