// Where one leaf ends and the next begins. Laying out and writing must agree on it to the byte, so both
// ask here.
namespace Kv.Node.EtcdFile;

/// <summary>How full the leaf at hand is.</summary>
internal struct LeafFill
{
    /// <summary>Leaves are closed at nine tenths of a page: etcd inserts into them later.</summary>
    private const int FillBytes = EtcdFileFormat.PageBytes / 10 * 9;

    /// <summary>A leaf gets this many pairs even if they overflow it.</summary>
    private const int PairsMin = 2;

    /// <summary>Pairs in the leaf.</summary>
    public int Pairs { get; private set; }

    /// <summary>Bytes of elements, keys and values.</summary>
    private long _bytes;

    /// <summary>Pages the leaf takes; one even if it is empty.</summary>
    public readonly int Pages =>
        (int)((EtcdFileFormat.PageHeaderBytes + _bytes + EtcdFileFormat.PageBytes - 1) / EtcdFileFormat.PageBytes);

    /// <summary>Whether a pair with that many bytes of key and value goes into the next leaf.</summary>
    public readonly bool IsFullFor(long bytes) =>
        Pairs >= PairsMin && EtcdFileFormat.PageHeaderBytes + _bytes + EtcdFileFormat.ElementBytes + bytes > FillBytes;

    /// <summary>Counts a pair into the leaf.</summary>
    public void Add(long bytes)
    {
        Pairs++;
        _bytes += EtcdFileFormat.ElementBytes + bytes;
    }
}
