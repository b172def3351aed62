// etcd's request counters (go-grpc-prometheus names). Children are resolved once for each method,
// so that counting a call is one atomic add.
using Grpc.Core;
using Prometheus;

namespace Kv.Node.Grpc;

/// <summary>Counters of one RPC.</summary>
internal sealed class RpcMetrics
{
    private static readonly string[] MethodLabels = ["grpc_type", "grpc_service", "grpc_method"];

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
    private readonly Counter.Child _ok;
    private readonly string[] _labels;

    /// <param name="type"><c>unary</c>, <c>server_stream</c> or <c>bidi_stream</c>.</param>
    /// <param name="service">Full service name.</param>
    /// <param name="method">Method name.</param>
    public RpcMetrics(string type, string service, string method)
    {
        _labels = [type, service, method];
        _started = Started.WithLabels(_labels);
        _ok = Handled.WithLabels([.. _labels, nameof(StatusCode.OK)]);
    }

    /// <summary>A call arrived.</summary>
    public void CountStarted() => _started.Inc();

    /// <summary>A call ended.</summary>
    public void CountHandled(StatusCode code)
    {
        if (code == StatusCode.OK)
        {
            _ok.Inc();
        }
        else
        {
            Handled.WithLabels([.. _labels, NameOf(code)]).Inc();
        }
    }

    /// <summary>Go's spelling, which dashboards select by.</summary>
    private static string NameOf(StatusCode code) => code == StatusCode.Cancelled ? "Canceled" : code.ToString();
}
