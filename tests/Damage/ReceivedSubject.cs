// A snapshot on its way from the leader.
using Kv.Core.Apply;
using Kv.Node.Snapshots;

namespace Damage;

/// <summary>The bytes of a snapshot as a peer sends them.</summary>
internal sealed class ReceivedSubject(StoreState state) : Subject("snapshot from a peer")
{
    private const string Directory = "/data/received";

    private readonly byte[] _frames = Encode(state);
    private readonly ulong _hash = state.StateHash();

    public override IEnumerable<Case> Cases() => Shapes.Of("/stream", _frames, []);

    public override Verdict Judge(Case damage)
    {
        var disk = new MemoryDisk();
        var bytes = damage.Content!();
        using var stream = new MemoryStream(bytes);
        try
        {
            var received = new SnapshotStore(disk, Directory, state.ClusterId)
                .ReceiveAsync(stream, CancellationToken.None).GetAwaiter().GetResult();
            return received.State.StateHash() == _hash && received.State.AppliedIndex == state.AppliedIndex
                ? new Verdict(Outcome.Exact)
                : Verdict.Wrong("another state was received");
        }
        catch (Exception refusal) when (refusal is InvalidDataException or EndOfStreamException)
        {
            return disk.Paths.Length == 0 ? new Verdict(Outcome.Refused) : Verdict.Wrong("refused, and a file is left");
        }
#pragma warning disable CA1031 // Whatever comes out is judged.
        catch (Exception other)
#pragma warning restore CA1031
        {
            return Verdict.Wrong(other.ToString());
        }
    }

    private static byte[] Encode(StoreState state)
    {
        using var frames = new MemoryStream();
        SnapshotFrames.WriteAsync(state, frames, CancellationToken.None).GetAwaiter().GetResult();
        return frames.ToArray();
    }
}
