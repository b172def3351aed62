// Maintenance.Snapshot: the store as a file in etcd's format, in blobs, and its checksum behind it. The
// state is immutable, so nothing waits for a slow client but its own stream: each blob is made when
// there is room for it.
using System.Diagnostics;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Kv.Node.Auth;
using Kv.Node.Engine;
using Kv.Node.EtcdFile;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Sends snapshots.</summary>
internal sealed class SnapshotCalls(NodeEngine engine)
{
    /// <summary>Bytes of a blob; the last one may be shorter.</summary>
    private const int BlobBytes = 32 << 10;

    /// <summary>Sends the newest state.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, or the node stops.</exception>
    public async Task SendAsync(
        SnapshotRequest request,
        IAsyncStreamWriter<SnapshotResponse> responses,
        CallIdentity identity,
        CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();
        var image = EtcdImage.Of(engine.State, token);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var blob = new byte[BlobBytes];
        var length = 0;
        var remaining = image.Bytes;
        foreach (var piece in image.Pieces())
        {
            for (var rest = piece; !rest.IsEmpty;)
            {
                var part = rest[..Math.Min(rest.Length, BlobBytes - length)];
                part.CopyTo(blob.AsMemory(length));
                length += part.Length;
                rest = rest[part.Length..];
                if (length == BlobBytes)
                {
                    remaining -= length;
                    hash.AppendData(blob);
                    await WriteAsync(responses, blob, remaining, token);
                    length = 0;
                }
            }
        }

        if (length > 0)
        {
            hash.AppendData(blob, 0, length);
            await WriteAsync(responses, blob.AsMemory(0, length), 0, token);
        }

        await WriteAsync(responses, hash.GetHashAndReset(), 0, token);
        MaintenanceMetrics.CountSnapshot(started);
    }

    /// <summary>Both front ends have serialized the message when the write has ended, so the next may use the
    /// same buffer.</summary>
    private static Task WriteAsync(
        IAsyncStreamWriter<SnapshotResponse> responses, ReadOnlyMemory<byte> blob, long remaining, CancellationToken token) =>
        responses.WriteAsync(
            new SnapshotResponse
            {
                Blob = UnsafeByteOperations.UnsafeWrap(blob),
                RemainingBytes = (ulong)remaining,
                Version = EtcdVersion.Storage,
            },
            token);
}
