// Receiving a snapshot from a peer: checked frame by frame, written as it comes, and turned into a
// state, before anyone is told of it.
using Kv.Core.Apply;
using Kv.Node.Ports;

namespace Kv.Node.Snapshots;

internal sealed partial class SnapshotStore
{
    /// <summary>Written bytes are synced this often; see <see cref="SnapshotFile"/>.</summary>
    private const long ReceiveSyncBytes = 16 << 20;

    /// <summary>Reads exactly one snapshot from a stream into a temporary file, durable on return.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of another cluster.</exception>
    /// <exception cref="EndOfStreamException">The stream ended early.</exception>
    /// <exception cref="DiskFailureException">The file could not be written: fatal to the node.</exception>
    public async Task<ReceivedSnapshot> ReceiveAsync(Stream stream, CancellationToken token)
    {
        var temporary = TakeTemporary("received");
        var isKept = false;
        try
        {
            using var file = _disk.Create(temporary);
            var reader = new SnapshotReader();
            var decoder = new SnapshotDecoder(_clusterId, reader.ReadBlock);
            var length = await CopyAsync(stream, decoder, file, token);
            var mark = decoder.Mark ?? throw new InvalidDataException("the snapshot has no header");
            var state = Complete(reader, mark) ?? throw new InvalidDataException("the state is not complete");
            file.Sync();
            isKept = true;
            return new ReceivedSnapshot(this, temporary, length, mark, state);
        }
        finally
        {
            if (!isKept)
            {
                Remove(temporary);
            }
        }
    }

    private static async Task<long> CopyAsync(
        Stream stream,
        SnapshotDecoder decoder,
        IDiskFile file,
        CancellationToken token)
    {
        long length = 0;
        long synced = 0;
        while (!decoder.IsComplete)
        {
            var wanted = decoder.Wanted;
            await stream.ReadExactlyAsync(wanted, token);
            file.Write(wanted.Span, length);
            length += wanted.Length;
            decoder.Advance();
            if (length - synced >= ReceiveSyncBytes)
            {
                file.Sync();
                synced = length;
            }
        }

        return length;
    }
}
