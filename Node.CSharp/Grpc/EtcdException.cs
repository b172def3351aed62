using Grpc.Core;

namespace Kv.Node.Grpc;

/// <summary>A request error a client sees, with etcd's code and text (etcd-facts §2.1).</summary>
internal sealed class EtcdException(StatusCode code, string message) : Exception(message)
{
    /// <summary>The gRPC status code on the wire.</summary>
    public StatusCode Code { get; } = code;
}
