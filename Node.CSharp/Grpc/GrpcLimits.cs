// Sizes of messages on the wire.
using Kv.Node.Options;

namespace Kv.Node.Grpc;

/// <summary>Transport limits.</summary>
internal static class GrpcLimits
{
    /// <summary>Room for what surrounds a request of the largest allowed size, as in etcd.</summary>
    private const int OverheadBytes = 512 << 10;

    /// <summary>Largest message received; larger ones are refused before they are looked at.</summary>
    public static int ReceiveBytesMax(NodeOptions options) => options.MaxRequestBytes + OverheadBytes;
}
