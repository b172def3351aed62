// Bytes between protobuf and the core without copying: both sides hold immutable memory.
using Google.Protobuf;

namespace Kv.Node.Grpc.Mapping;

/// <summary>Wrapping of byte memory.</summary>
internal static class Bytes
{
    /// <summary>A view as protobuf wants it; the memory must never change.</summary>
    public static ByteString Wrap(ReadOnlyMemory<byte> memory) =>
        memory.IsEmpty ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(memory);
}
