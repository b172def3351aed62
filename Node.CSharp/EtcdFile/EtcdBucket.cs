using System.Buffers.Binary;
using System.Text;

namespace Kv.Node.EtcdFile;

/// <summary>A bucket as the tree of buckets describes it.</summary>
/// <param name="Name">Its name, read as Latin-1 so that every name can be shown; etcd's are ASCII.</param>
/// <param name="NameBytes">Its name as it is in the file.</param>
/// <param name="Root">First page of its tree, if it has pages.</param>
/// <param name="Inline">Its only page, if it lives inside its parent; else empty.</param>
/// <param name="Offset">Where it is described, bytes.</param>
internal sealed record EtcdBucket(string Name, byte[] NameBytes, ulong Root, byte[] Inline, long Offset)
{
    /// <summary>Reads the value that stands for a bucket; null if it is cut off.</summary>
    public static EtcdBucket? TryRead(long offset, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.Length < EtcdFileFormat.BucketHeaderBytes)
        {
            return null;
        }

        var root = BinaryPrimitives.ReadUInt64LittleEndian(value);
        var inline = root == 0 ? value[EtcdFileFormat.BucketHeaderBytes..] : default;
        return root == 0
            && (inline.Length < EtcdFileFormat.PageHeaderBytes
                || new PageElements(inline).Flags != EtcdFileFormat.LeafPage)
                ? null
                : new EtcdBucket(Encoding.Latin1.GetString(name), name.ToArray(), root, inline.ToArray(), offset);
    }
}
