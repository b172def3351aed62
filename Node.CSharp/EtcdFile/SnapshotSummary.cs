// What `snapshot status` tells of a file: etcd's fields, computed by its rules (snapshot-format §4.1),
// with every page of the file looked at on the way.
using System.Security.Cryptography;
using System.Text;
using Kv.Node.Ports;
using Kv.Node.Wal;

namespace Kv.Node.EtcdFile;

/// <summary>A file in a few numbers.</summary>
/// <param name="Hash">CRC-32C over all buckets, nothing left out.</param>
/// <param name="Revision">Revision of the last change; 0 if there is none.</param>
/// <param name="TotalKeys">Living keys, as etcd counts from 3.6 on.</param>
/// <param name="TotalBytes">Bytes of all pages, without checksum and preallocated space.</param>
/// <param name="Version">The storage version in the file; empty if there is none.</param>
internal sealed record SnapshotSummary(uint Hash, long Revision, long TotalKeys, long TotalBytes, string Version)
{
    /// <summary>Reads a file whole, and compares it with the checksum behind it, if there is one.</summary>
    /// <exception cref="StorageException">It cannot be read, or is damaged.</exception>
    public static SnapshotSummary Of(IDisk disk, string path)
    {
        SnapshotTrailer.CheckIfAny(disk, path);
        using var file = EtcdFileReader.Open(disk, path);
        uint hash = 0;
        long revision = 0;
        var version = "";
        var living = new HashSet<UInt128>();
        foreach (var bucket in file.Buckets)
        {
            hash = Crc32C.Append(hash, bucket.NameBytes);
            file.Walk(bucket, (offset, key, value) =>
            {
                hash = Crc32C.Append(Crc32C.Append(hash, key), value);
                if (bucket.Name == EtcdBuckets.Key)
                {
                    revision = Count(file, offset, key, value, living);
                }
                else if (bucket.Name == EtcdBuckets.Meta && key.SequenceEqual("storageVersion"u8))
                {
                    version = Encoding.ASCII.GetString(value);
                }
            });
        }

        file.CheckFreePages();
        return new SnapshotSummary(hash, revision, living.Count, file.PageBytes, version);
    }

    /// <summary>Counts a row; returns its revision. A key counts by 128 bits of its hash, so that a file
    /// with very long keys needs no more memory than one with short ones.</summary>
    private static long Count(
        EtcdFileReader file, long offset, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, HashSet<UInt128> living)
    {
        try
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(RowReader.UserKey(value), digest);
            var id = System.Runtime.InteropServices.MemoryMarshal.Read<UInt128>(digest);
            _ = RowReader.IsDeletion(key) ? living.Remove(id) : living.Add(id);
            return RowReader.MainRevision(key);
        }
        catch (FormatException problem)
        {
            throw file.Damage(offset, problem.Message);
        }
    }
}
