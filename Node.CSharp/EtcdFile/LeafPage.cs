// One leaf page while it is filled; reused for all leaves of a file.
using System.Buffers.Binary;

namespace Kv.Node.EtcdFile;

/// <summary>Collects pairs and makes a page, with overflow, of them.</summary>
internal sealed class LeafPage
{
    private readonly List<(uint Flags, int KeyLength, int ValueLength)> _pairs = [];
    private byte[] _data = new byte[2 * EtcdFileFormat.PageBytes];
    private byte[] _page = new byte[2 * EtcdFileFormat.PageBytes];
    private int _length;

    /// <summary>A copy of the first key; empty if there is none.</summary>
    public byte[] FirstKey => _pairs.Count == 0 ? [] : _data.AsSpan(0, _pairs[0].KeyLength).ToArray();

    /// <summary>Adds the pair a source is at.</summary>
    public void Add(PairSource pairs)
    {
        var keyLength = pairs.KeyLength;
        var room = Reserve(0, keyLength, pairs.ValueLength);
        pairs.WriteKey(room[..keyLength]);
        pairs.WriteValue(room[keyLength..]);
    }

    /// <summary>Adds a bucket with pages of its own.</summary>
    public void AddBucket(ReadOnlySpan<byte> name, ulong root)
    {
        var room = Reserve(EtcdFileFormat.BucketElement, name.Length, EtcdFileFormat.BucketHeaderBytes);
        room.Clear();
        name.CopyTo(room);
        BinaryPrimitives.WriteUInt64LittleEndian(room[name.Length..], root);
    }

    /// <summary>Makes the page and starts anew.</summary>
    /// <returns>The page, valid until the next call.</returns>
    public ReadOnlyMemory<byte> Close(ulong number)
    {
        var data = PageElements.OffsetOf(_pairs.Count);
        var pages = (data + _length + EtcdFileFormat.PageBytes - 1) / EtcdFileFormat.PageBytes;
        var page = Room(ref _page, pages * EtcdFileFormat.PageBytes).AsSpan(0, pages * EtcdFileFormat.PageBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(page, number);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], EtcdFileFormat.LeafPage);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], (ushort)_pairs.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], (uint)(pages - 1));
        _data.AsSpan(0, _length).CopyTo(page[data..]);
        page[(data + _length)..].Clear();
        for (var i = 0; i < _pairs.Count; i++)
        {
            var (flags, keyLength, valueLength) = _pairs[i];
            var offset = PageElements.OffsetOf(i);
            BinaryPrimitives.WriteUInt32LittleEndian(page[offset..], flags);
            BinaryPrimitives.WriteUInt32LittleEndian(page[(offset + 4)..], (uint)(data - offset));
            BinaryPrimitives.WriteUInt32LittleEndian(page[(offset + 8)..], (uint)keyLength);
            BinaryPrimitives.WriteUInt32LittleEndian(page[(offset + 12)..], (uint)valueLength);
            data += keyLength + valueLength;
        }

        _pairs.Clear();
        _length = 0;
        return _page.AsMemory(0, page.Length);
    }

    /// <summary>Room for the bytes of a pair, key first.</summary>
    private Span<byte> Reserve(uint flags, int keyLength, int valueLength)
    {
        var start = _length;
        _length = checked(start + keyLength + valueLength);
        _pairs.Add((flags, keyLength, valueLength));
        return Room(ref _data, _length).AsSpan(start, keyLength + valueLength);
    }

    private static byte[] Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Array.Resize(ref buffer, Math.Max(length, (int)Math.Min(2L * buffer.Length, Array.MaxLength)));
        }

        return buffer;
    }
}
