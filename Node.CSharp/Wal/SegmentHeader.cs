// The first 64 bytes of a segment: whose it is, where it stands in the log, and how much of it was
// durable before it got its name. Its checksum seeds those of the segment's records, so that a
// record is valid only in the segment it was written to.
using System.Buffers.Binary;

namespace Kv.Node.Wal;

/// <summary>The header of a segment.</summary>
/// <param name="Identity">Whose log it is.</param>
/// <param name="Sequence">Number of the segment, from 1 without gaps.</param>
/// <param name="FirstIndex">Index of the entry expected first when the segment was started.</param>
/// <param name="PreviousCrc">Checksum of the last record of the segment before (0 in the first).</param>
/// <param name="DurableBytes">Header and opening records, all synced before the segment was named.</param>
/// <param name="ReservedBytes">Length of the file when the segment was named, which it keeps until it ends; 0 in
/// logs of release 0.1.0, which did not say.</param>
internal readonly record struct SegmentHeader(
    WalIdentity Identity,
    ulong Sequence,
    ulong FirstIndex,
    uint PreviousCrc,
    uint DurableBytes,
    long ReservedBytes)
{
    private const int VersionAt = 8;
    private const int DurableAt = 12;
    private const int ClusterAt = 16;
    private const int MemberAt = 24;
    private const int SequenceAt = 32;
    private const int FirstIndexAt = 40;
    private const int PreviousAt = 48;
    private const int ReservedAt = 52;
    private const int CrcAt = WalFormat.HeaderBytes - sizeof(uint);

    /// <summary>Writes the header and returns its checksum.</summary>
    public uint Write(Span<byte> target)
    {
        target[..WalFormat.HeaderBytes].Clear();
        WalFormat.Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[VersionAt..], WalFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(target[DurableAt..], DurableBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[ClusterAt..], Identity.ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(target[MemberAt..], Identity.MemberId);
        BinaryPrimitives.WriteUInt64LittleEndian(target[SequenceAt..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[FirstIndexAt..], FirstIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(target[PreviousAt..], PreviousCrc);
        BinaryPrimitives.WriteInt64LittleEndian(target[ReservedAt..], ReservedBytes);
        var crc = Crc32C.Append(0, target[..CrcAt]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcAt..], crc);
        return crc;
    }

    /// <summary>Reads a header; null and a reason if it is not one this release can read.</summary>
    public static SegmentHeader? Read(ReadOnlySpan<byte> source, out uint crc, out string reason)
    {
        crc = 0;
        reason = "";
        if (source.Length < WalFormat.HeaderBytes)
        {
            reason = "the segment is shorter than its header";
            return null;
        }

        crc = BinaryPrimitives.ReadUInt32LittleEndian(source[CrcAt..]);
        if (!source.StartsWith(WalFormat.Magic) || Crc32C.Append(0, source[..CrcAt]) != crc)
        {
            reason = "the segment header is damaged";
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(source[VersionAt..]);
        if (version != WalFormat.Version)
        {
            reason = $"format version {version} is not known to this release";
            return null;
        }

        var sequence = BinaryPrimitives.ReadUInt64LittleEndian(source[SequenceAt..]);
        var firstIndex = BinaryPrimitives.ReadUInt64LittleEndian(source[FirstIndexAt..]);
        if (sequence is 0 or > WalFormat.NumberMax || firstIndex is 0 or > WalFormat.NumberMax)
        {
            reason = $"segment {sequence:x} cannot begin with index {firstIndex}";
            return null;
        }

        return new SegmentHeader(
            new WalIdentity(
                BinaryPrimitives.ReadUInt64LittleEndian(source[ClusterAt..]),
                BinaryPrimitives.ReadUInt64LittleEndian(source[MemberAt..])),
            sequence,
            firstIndex,
            BinaryPrimitives.ReadUInt32LittleEndian(source[PreviousAt..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[DurableAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[ReservedAt..]));
    }
}
