// Numbers of the file format that etcd keeps its data in and sends as a snapshot: pages of a bbolt
// file (snapshot-format §1), little-endian, with etcd's buckets in it. Reader and writer share them.
namespace Kv.Node.EtcdFile;

/// <summary>Constants of the page format.</summary>
internal static class EtcdFileFormat
{
    /// <summary>Page size of the files that are written; files of other page sizes are read, too.</summary>
    public const int PageBytes = 4096;

    /// <summary>Smallest and largest page size a file can have.</summary>
    public const int PageBytesMin = 1024;

    public const int PageBytesMax = 1 << 24;

    /// <summary>Pages 0 and 1 describe the file; data begins behind them.</summary>
    public const int MetaPages = 2;

    public const int PageHeaderBytes = 16;

    /// <summary>Bytes of an element of a leaf or branch page, key and value not counted.</summary>
    public const int ElementBytes = 16;

    /// <summary>Bytes before the content of a bucket in the value that stands for it.</summary>
    public const int BucketHeaderBytes = 16;

    public const ushort BranchPage = 0x01;

    public const ushort LeafPage = 0x02;

    public const ushort MetaPage = 0x04;

    public const ushort FreelistPage = 0x10;

    /// <summary>Flag of a leaf element whose value is a bucket.</summary>
    public const uint BucketElement = 1;

    /// <summary>Elements a leaf or branch page can count.</summary>
    public const int ElementsMax = 0xFFFE;

    /// <summary>A freelist with this count has its true count in the first eight bytes.</summary>
    public const int FreelistCountElsewhere = 0xFFFF;

    /// <summary>Bytes of the checksum behind a snapshot.</summary>
    public const int TrailerBytes = 32;

    /// <summary>A file ends in a checksum exactly if its length says so.</summary>
    public static bool HasTrailer(long length) => length % 512 == TrailerBytes;
}
