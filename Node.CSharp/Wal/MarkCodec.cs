// Bytes of a snapshot mark: index, term, and the configuration there. Used by the log and by the
// header of snapshot files.
using System.Buffers.Binary;
using Kv.Core.Raft;

namespace Kv.Node.Wal;

/// <summary>Bytes of a <see cref="SnapshotMark"/>.</summary>
internal static class MarkCodec
{
    private const int FixedBytes = 40;
    private const int CountsAt = 16;
    private const int AutoLeaveAt = 32;

    /// <summary>Bytes <see cref="Write"/> needs.</summary>
    public static int Size(SnapshotMark mark)
    {
        var configuration = mark.Configuration;
        var ids = configuration.Voters.Length + configuration.Outgoing.Length
            + configuration.Learners.Length + configuration.LearnersNext.Length;
        return FixedBytes + (ids * sizeof(ulong));
    }

    /// <summary>Writes a mark into a span of its size.</summary>
    public static void Write(SnapshotMark mark, Span<byte> target)
    {
        var configuration = mark.Configuration;
        target[..FixedBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, mark.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], mark.Term);
        target[AutoLeaveAt] = configuration.AutoLeave ? (byte)1 : (byte)0;
        var at = FixedBytes;
        WriteIds(configuration.Voters, 0, target, ref at);
        WriteIds(configuration.Outgoing, 1, target, ref at);
        WriteIds(configuration.Learners, 2, target, ref at);
        WriteIds(configuration.LearnersNext, 3, target, ref at);
    }

    /// <summary>Reads a mark; null if the bytes are not exactly one.</summary>
    public static SnapshotMark? Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < FixedBytes || source[AutoLeaveAt] > 1)
        {
            return null;
        }

        var total = 0UL;
        for (var group = 0; group < 4; group++)
        {
            total += Count(source, group);
        }

        if ((ulong)(source.Length - FixedBytes) != total * sizeof(ulong))
        {
            return null;
        }

        var at = FixedBytes;
        var configuration = new Configuration(
            ReadIds(source, 0, ref at),
            ReadIds(source, 1, ref at),
            ReadIds(source, 2, ref at),
            ReadIds(source, 3, ref at),
            source[AutoLeaveAt] == 1);
        return new SnapshotMark(
            BinaryPrimitives.ReadUInt64LittleEndian(source),
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            configuration);
    }

    private static uint Count(ReadOnlySpan<byte> source, int group) =>
        BinaryPrimitives.ReadUInt32LittleEndian(source[(CountsAt + (group * sizeof(uint)))..]);

    private static void WriteIds(ulong[] ids, int group, Span<byte> target, ref int at)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target[(CountsAt + (group * sizeof(uint)))..], (uint)ids.Length);
        foreach (var id in ids)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(target[at..], id);
            at += sizeof(ulong);
        }
    }

    private static ulong[] ReadIds(ReadOnlySpan<byte> source, int group, ref int at)
    {
        var ids = new ulong[Count(source, group)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = BinaryPrimitives.ReadUInt64LittleEndian(source[at..]);
            at += sizeof(ulong);
        }

        return ids;
    }
}
