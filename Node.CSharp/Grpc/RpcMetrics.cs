// etcd's request counters (go-grpc-prometheus names). Children are resolved once for each method and
// code, so that counting a call is one atomic add.
using System.Diagnostics;
using Grpc.Core;
using Prometheus;

namespace Kv.Node.Grpc;

/// <summary>Counters of one RPC.</summary>
internal sealed class RpcMetrics
{
    /// <summary>Labels of a method.</summary>
    public static readonly string[] MethodLabels = ["grpc_type", "grpc_service", "grpc_method"];

    private static readonly string[] CodeLabels = [.. MethodLabels, "grpc_code"];

    private static readonly Counter Started = Metrics.CreateCounter(
        "grpc_server_started_total",
        "Total number of RPCs started on the server.",
        MethodLabels);

    private static readonly Counter Handled = Metrics.CreateCounter(
        "grpc_server_handled_total",
        "Total number of RPCs completed on the server, regardless of success or failure.",
        CodeLabels);

    private readonly Counter.Child _started;
    private readonly Counter.Child?[] _handled = new Counter.Child?[(int)StatusCode.Unauthenticated + 1];
    private readonly IObserver? _seconds;
    private readonly string[] _labels;

    /// <param name="type"><c>unary</c>, <c>server_stream</c> or <c>bidi_stream</c>.</param>
    /// <param name="service">Full service name.</param>
    /// <param name="method">Method name.</param>
    public RpcMetrics(string type, string service, string method)
    {
        _labels = [type, service, method];
        _started = Started.WithLabels(_labels);
        _seconds = RpcTimings.Of(_labels);
        Resolve(StatusCode.OK);
    }

    /// <summary>Full service name.</summary>
    public string Service => _labels[1];

    public string Method => _labels[2];

    /// <summary>A call arrived.</summary>
    /// <returns>For <see cref="CountHandled"/>.</returns>
    public long CountStarted()
    {
        _started.Inc();
        return Stopwatch.GetTimestamp();
    }

    /// <summary>A call ended.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan CountHandled(StatusCode code, long started)
    {
        var known = (uint)code < (uint)_handled.Length ? code : StatusCode.Unknown;
        (_handled[(int)known] ?? Resolve(known)).Inc();
        var took = Stopwatch.GetElapsedTime(started);
        _seconds?.Observe(took.TotalSeconds);
        return took;
    }

    private Counter.Child Resolve(StatusCode code) =>
        _handled[(int)code] = Handled.WithLabels([.. _labels, NameOf(code)]);

    /// <summary>Go's spelling, which dashboards select by.</summary>
    private static string NameOf(StatusCode code) => code == StatusCode.Cancelled ? "Canceled" : code.ToString();
}
