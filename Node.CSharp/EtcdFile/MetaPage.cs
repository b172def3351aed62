// The page that says where everything is. There are two; the one that is valid and newer counts, so
// that a crash in the middle of writing one leaves the other.
using System.Buffers.Binary;

namespace Kv.Node.EtcdFile;

/// <summary>What a meta page says.</summary>
/// <param name="PageBytes">Size of all pages of the file.</param>
/// <param name="Root">First page of the tree of buckets.</param>
/// <param name="Freelist">Page of the list of free pages, or <see cref="NoFreelist"/>.</param>
/// <param name="PageCount">Pages of the file, free ones included.</param>
/// <param name="Transaction">Number of the transaction that wrote it.</param>
internal readonly record struct MetaPage(uint PageBytes, ulong Root, ulong Freelist, ulong PageCount, ulong Transaction)
{
    /// <summary>Stands for a freelist that is not kept in the file.</summary>
    public const ulong NoFreelist = ulong.MaxValue;

    /// <summary>Bytes of a meta page that mean something, page header included.</summary>
    public const int Bytes = 80;

    private const uint Magic = 0xED0CDAED;

    private const uint Version = 2;

    private const int BodyOffset = EtcdFileFormat.PageHeaderBytes;

    private const int ChecksumOffset = BodyOffset + 56;

    /// <summary>Reads a meta page; false if it is not a valid one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> page, out MetaPage meta)
    {
        meta = default;
        if (page.Length < Bytes
            || BinaryPrimitives.ReadUInt32LittleEndian(page[16..]) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(page[20..]) != Version
            || BinaryPrimitives.ReadUInt64LittleEndian(page[ChecksumOffset..]) != Checksum(page[BodyOffset..ChecksumOffset]))
        {
            return false;
        }

        meta = new MetaPage(
            BinaryPrimitives.ReadUInt32LittleEndian(page[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(page[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(page[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(page[56..]),
            BinaryPrimitives.ReadUInt64LittleEndian(page[64..]));
        return true;
    }

    /// <summary>Writes it as the page of that number, into a page of zeros.</summary>
    public void Write(ulong number, Span<byte> page)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, number);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], EtcdFileFormat.MetaPage);
        BinaryPrimitives.WriteUInt32LittleEndian(page[16..], Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(page[20..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(page[24..], PageBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(page[32..], Root);
        BinaryPrimitives.WriteUInt64LittleEndian(page[48..], Freelist);
        BinaryPrimitives.WriteUInt64LittleEndian(page[56..], PageCount);
        BinaryPrimitives.WriteUInt64LittleEndian(page[64..], Transaction);
        BinaryPrimitives.WriteUInt64LittleEndian(page[ChecksumOffset..], Checksum(page[BodyOffset..ChecksumOffset]));
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 0x100000001B3;
        }

        return hash;
    }
}
