// One level of branch pages while it is written. Children are spread evenly over the pages of the level,
// so that none is left with a single child: etcd would die of one at the first deletion there.
using System.Buffers.Binary;

namespace Kv.Node.EtcdFile;

/// <summary>Collects the children of a level's pages, page after page.</summary>
/// <param name="children">Pages of the level below.</param>
/// <param name="pages">Pages of this level.</param>
internal sealed class BranchLevel(long children, long pages)
{
    private readonly List<(byte[] Key, ulong Page)> _children = new(BucketPlan.ChildrenMax);
    private long _page;

    /// <summary>First key of the page at hand.</summary>
    public byte[] FirstKey => _children[0].Key;

    /// <summary>The page at hand has all its children.</summary>
    public bool IsFull => _children.Count == Boundary(_page + 1) - Boundary(_page);

    /// <summary>Takes the next child.</summary>
    /// <exception cref="InvalidOperationException">A key is too long for the layout.</exception>
    public void Add(byte[] firstKey, ulong page)
    {
        if (firstKey.Length > BucketPlan.KeyBytesMax)
        {
            throw new InvalidOperationException($"a key of {firstKey.Length} bytes in a bucket of short keys");
        }

        _children.Add((firstKey, page));
    }

    /// <summary>Writes the page at hand into zeros, and goes to the next.</summary>
    public void Close(ulong number, Span<byte> page)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, number);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], EtcdFileFormat.BranchPage);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], (ushort)_children.Count);
        var data = PageElements.OffsetOf(_children.Count);
        for (var i = 0; i < _children.Count; i++)
        {
            var (key, child) = _children[i];
            var offset = PageElements.OffsetOf(i);
            BinaryPrimitives.WriteUInt32LittleEndian(page[offset..], (uint)(data - offset));
            BinaryPrimitives.WriteUInt32LittleEndian(page[(offset + 4)..], (uint)key.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(page[(offset + 8)..], child);
            key.CopyTo(page[data..]);
            data += key.Length;
        }

        _children.Clear();
        _page++;
    }

    private long Boundary(long page) => children * page / pages;
}
