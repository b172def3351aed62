// The settings of traces, under both of etcd's names.
using static Kv.Node.Options.FlagGroup;

namespace Kv.Node.Options;

internal static partial class FlagTable
{
    private static IEnumerable<OptionFlag> TracingRows() => [.. TracingRows(""), .. TracingRows("experimental-")];

    private static IEnumerable<OptionFlag> TracingRows(string prefix)
    {
        yield return Boolean(
            prefix + "enable-distributed-tracing", Logging, Help("Send traces of calls with OpenTelemetry."),
            (o, v) => o with { EnableDistributedTracing = v }, o => o.EnableDistributedTracing);
        yield return Text(
            prefix + "distributed-tracing-address", Logging, "HOST:PORT", Help("Where traces go: OTLP over gRPC."),
            (o, v) => o with { TracingAddress = FlagValue.NonEmpty(v) }, o => o.TracingAddress);
        yield return Text(
            prefix + "distributed-tracing-service-name", Logging, "NAME", Help("Service the traces are of."),
            (o, v) => o with { TracingServiceName = FlagValue.NonEmpty(v) }, o => o.TracingServiceName);
        yield return Text(
            prefix + "distributed-tracing-instance-id", Logging, "NAME", Help("Tells this node from others of the service."),
            (o, v) => o with { TracingInstanceId = v }, o => o.TracingInstanceId);
        yield return Number(
            prefix + "distributed-tracing-sampling-rate", Logging, Help("Calls traced of a million."),
            0, 1_000_000, (o, v) => o with { TracingSamplingRate = v }, o => o.TracingSamplingRate);

        string Help(string text) => prefix.Length == 0 ? text : "The same, as releases before 3.6 call it.";
    }
}
