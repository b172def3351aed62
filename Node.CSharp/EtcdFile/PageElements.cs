// The elements of one leaf or branch page, every position checked against the bytes there are. Used on
// pages of a file and on buckets that are small enough to live inside another page.
using System.Buffers.Binary;

namespace Kv.Node.EtcdFile;

/// <summary>A page's elements. Nothing of it is trusted.</summary>
internal readonly ref struct PageElements
{
    private readonly ReadOnlySpan<byte> _page;

    /// <param name="page">All bytes of the page, its header and overflow included.</param>
    public PageElements(ReadOnlySpan<byte> page)
    {
        _page = page;
        Flags = BinaryPrimitives.ReadUInt16LittleEndian(page[8..]);
        Count = BinaryPrimitives.ReadUInt16LittleEndian(page[10..]);
    }

    public ushort Flags { get; }

    /// <summary>How many there are, as the page says.</summary>
    public int Count { get; }

    /// <summary>The array of elements lies inside the page.</summary>
    public bool HaveRoom =>
        Count <= EtcdFileFormat.ElementsMax && OffsetOf(Count) <= _page.Length;

    /// <summary>Offset of an element in the page.</summary>
    public static int OffsetOf(int index) =>
        EtcdFileFormat.PageHeaderBytes + (index * EtcdFileFormat.ElementBytes);

    /// <summary>An element of a leaf; false if key or value lie outside the page.</summary>
    public bool TryReadLeaf(int index, out uint flags, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var offset = OffsetOf(index);
        var element = _page[offset..];
        flags = BinaryPrimitives.ReadUInt32LittleEndian(element);
        var start = (ulong)offset + BinaryPrimitives.ReadUInt32LittleEndian(element[4..]);
        var keyLength = BinaryPrimitives.ReadUInt32LittleEndian(element[8..]);
        var valueLength = BinaryPrimitives.ReadUInt32LittleEndian(element[12..]);
        value = default;
        return TrySlice(start, keyLength, out key) && TrySlice(start + keyLength, valueLength, out value);
    }

    /// <summary>An element of a branch; false if the key lies outside the page.</summary>
    public bool TryReadBranch(int index, out ReadOnlySpan<byte> key, out ulong child)
    {
        var offset = OffsetOf(index);
        var element = _page[offset..];
        var start = (ulong)offset + BinaryPrimitives.ReadUInt32LittleEndian(element);
        child = BinaryPrimitives.ReadUInt64LittleEndian(element[8..]);
        return TrySlice(start, BinaryPrimitives.ReadUInt32LittleEndian(element[4..]), out key);
    }

    private bool TrySlice(ulong start, uint length, out ReadOnlySpan<byte> slice)
    {
        slice = default;
        if (start + length > (ulong)_page.Length)
        {
            return false;
        }

        slice = _page.Slice((int)start, (int)length);
        return true;
    }
}
