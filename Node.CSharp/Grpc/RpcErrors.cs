// From exceptions to gRPC statuses: request errors and cancellation have one, anything else is a
// bug and is left to surface as such.
using Grpc.Core;

namespace Kv.Node.Grpc;

/// <summary>Translation of exceptions at the edge.</summary>
internal static class RpcErrors
{
    /// <summary>The exception gRPC is given, or null for one that is not a request error.</summary>
    /// <param name="error">What the handler threw.</param>
    public static RpcException? TryTranslate(Exception error) => error switch
    {
        RpcException rpc => rpc,
        EtcdException etcd => new RpcException(new Status(etcd.Code, etcd.Message), etcd.Message),
        OperationCanceledException => new RpcException(
            new Status(StatusCode.Cancelled, "context canceled"),
            "context canceled"),
        _ => null,
    };
}
