using System.Buffers.Binary;
using Damage;
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.EtcdFile;
using Kv.Node.Snapshots;
using Kv.Node.Wal;

namespace Fuzz.Parsers;

/// <summary>Snapshots, from a leader or from the disk: what is taken is a state that holds up.</summary>
internal sealed class SnapshotTarget() : Target("snapshot")
{
    private const string Directory = "/received";

    public override int QuickInputs => 400;

    /// <summary>A frame may say that it has 64 MiB.</summary>
    public override long AllocatedMax => 160 << 20;

    public override IEnumerable<byte[]> Corpus() => new[] { Samples.Full, Samples.Empty, Samples.Open }.Select(Encode);

    public override byte[] Repair(byte[] input)
    {
        if (input.Length < SnapshotFormat.PreambleBytes)
        {
            return input;
        }

        byte[] repaired = [.. input];
        var chain = Crc32C.Append(0, repaired.AsSpan(0, SnapshotFormat.PreambleBytes));
        for (var at = SnapshotFormat.PreambleBytes; repaired.Length - at >= SnapshotFormat.FrameHeadBytes;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(repaired.AsSpan(at + 4));
            if (length > repaired.Length - at - SnapshotFormat.FrameHeadBytes)
            {
                break;
            }

            var end = at + SnapshotFormat.FrameHeadBytes + (int)length;
            chain = Crc32C.Append(chain, repaired.AsSpan(at + 4, end - at - 4));
            BinaryPrimitives.WriteUInt32LittleEndian(repaired.AsSpan(at), chain);
            at = end;
        }

        return repaired;
    }

    public override Answer Run(byte[] input)
    {
        var disk = new MemoryDisk();
        StoreState state;
        try
        {
            state = Receive(disk, input);
        }
        catch (Exception refusal) when (refusal is InvalidDataException or EndOfStreamException)
        {
            OracleException.Require(disk.Paths.Length == 0, "refused, and a file is left");
            return Answer.Refused(refusal.Message);
        }

        RequireSound(state);
        var next = Samples.Apply(state, [.. SampleCommands.OfEveryKind(Samples.MemberId).Concat(Enumerable.Range(0, 30).Select(SampleCommands.Write))]);
        RequireSound(StoreMachine.CompactSlice(next, 1_000));
        return Answer.Accepted($"{state.KeyCount} {state.LeaseCount} {state.Members.Count}");
    }

    /// <summary>A state that can be read, sent, and written in etcd's form, and comes back the same.</summary>
    public static void RequireSound(StoreState state)
    {
        var hash = state.StateHash();
        var again = Receive(new MemoryDisk(), Encode(state));
        OracleException.Require(again.StateHash() == hash && again.AppliedIndex == state.AppliedIndex, "sent, it is another state");
        state.Range(new RangeRequest(new byte[] { 0 }, new byte[] { 0 }));
        state.HashKv(0);
        OracleException.Require(
            EtcdHash.Of(state, CancellationToken.None) == EtcdHash.Of(again, CancellationToken.None), "sent, its rows are others");
    }

    private static StoreState Receive(MemoryDisk disk, byte[] input)
    {
        using var stream = new MemoryStream(input);
        var store = new SnapshotStore(disk, Directory, Samples.ClusterId);
        return store.ReceiveAsync(stream, CancellationToken.None).GetAwaiter().GetResult().State;
    }

    private static byte[] Encode(StoreState state)
    {
        using var frames = new MemoryStream();
        SnapshotFrames.WriteAsync(state, frames, CancellationToken.None).GetAwaiter().GetResult();
        return frames.ToArray();
    }
}
