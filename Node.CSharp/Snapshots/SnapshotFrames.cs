// The sending side of a snapshot between members: the bytes of a snapshot file, straight from the
// state. The receiving side is SnapshotStore.ReceiveAsync.
using Kv.Core.Apply;

namespace Kv.Node.Snapshots;

/// <summary>Snapshots as a stream of bytes.</summary>
internal static class SnapshotFrames
{
    /// <summary>Writes a state to a stream. The stream may carry other things before and behind.</summary>
    public static async Task WriteAsync(StoreState state, Stream stream, CancellationToken token)
    {
        var encoder = Encode(state);
        while (encoder.TryNext(out var bytes))
        {
            await stream.WriteAsync(bytes, token);
        }

        await stream.FlushAsync(token);
    }

    /// <summary>The frames of a state.</summary>
    internal static SnapshotEncoder Encode(StoreState state) =>
        new(state.ClusterId, state.Mark, new SnapshotWriter(state).WriteBlock);
}
