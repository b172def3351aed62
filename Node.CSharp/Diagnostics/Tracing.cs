// Traces of calls, for --enable-distributed-tracing: a span for each call, and below it what it waited for. Without the
// flag nobody listens, and a span is not even made.
using System.Diagnostics;
using Kv.Node.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Kv.Node.Diagnostics;

/// <summary>Spans, and where they go.</summary>
internal static class Tracing
{
    private const string Name = "kvnode";

    /// <summary>The sampling rate's denominator.</summary>
    private const double Million = 1_000_000;

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Sends spans from now on, until the result is disposed.</summary>
    /// <returns>Null if tracing is off.</returns>
    public static IDisposable? Start(NodeOptions options)
    {
        if (!options.EnableDistributedTracing)
        {
            return null;
        }

        var address = options.TracingAddress;
        return Sdk.CreateTracerProviderBuilder()
            .AddSource(Name)
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(
                options.TracingServiceName,
                serviceVersion: ProductVersion.Product,
                autoGenerateServiceInstanceId: false,
                serviceInstanceId: options.TracingInstanceId.Length > 0 ? options.TracingInstanceId : null))
            // A caller's decision counts; of calls that come without one, so many of a million are traced.
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracingSamplingRate / Million)))
            .AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.Grpc;
                exporter.Endpoint = new Uri(address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address);
            })
            .Build();
    }

    /// <summary>A call, as the child of what its caller says it is a part of.</summary>
    /// <returns>Null if it is not traced.</returns>
    public static Activity? StartCall(string service, string method, IHeaderDictionary headers)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        _ = ActivityContext.TryParse(headers["traceparent"], headers["tracestate"], isRemote: true, out var parent);
        var activity = Source.StartActivity($"{service}/{method}", ActivityKind.Server, parent);
        return activity?.SetTag("rpc.system", "grpc").SetTag("rpc.service", service).SetTag("rpc.method", method);
    }

    /// <summary>Something a call waits for.</summary>
    public static Activity? StartPart(string name) => Source.HasListeners() ? Source.StartActivity(name) : null;

    /// <summary>How a call ended.</summary>
    public static void End(Activity? call, global::Grpc.Core.StatusCode code)
    {
        if (call is null)
        {
            return;
        }

        call.SetTag("rpc.grpc.status_code", (int)code);
        if (code != global::Grpc.Core.StatusCode.OK)
        {
            call.SetStatus(ActivityStatusCode.Error, code.ToString());
        }

        call.Dispose();
    }
}
