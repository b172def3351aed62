// The SHA-256 behind a snapshot, by etcd's rules and in its words (snapshot-format §5).
using System.Security.Cryptography;
using Kv.Node.Ports;

namespace Kv.Node.EtcdFile;

/// <summary>Checks the checksum of a file.</summary>
internal static class SnapshotTrailer
{
    private const int ReadBytes = 1 << 20;

    /// <summary>Compares the checksum with the file.</summary>
    /// <exception cref="DamagedEtcdFileException">There is none, or it is that of other bytes.</exception>
    public static void Check(IDisk disk, string path)
    {
        using var file = disk.OpenRead(path);
        if (!EtcdFileFormat.HasTrailer(file.Length))
        {
            throw new DamagedEtcdFileException(
                path,
                file.Length,
                "snapshot missing hash but --skip-hash-check=false (a copy of a data directory's file has none)");
        }

        Compare(file, path);
    }

    /// <summary>The same, for a file that may do without a checksum.</summary>
    /// <exception cref="DamagedEtcdFileException">There is one, and it is that of other bytes.</exception>
    public static void CheckIfAny(IDisk disk, string path)
    {
        using var file = disk.OpenRead(path);
        if (EtcdFileFormat.HasTrailer(file.Length))
        {
            Compare(file, path);
        }
    }

    private static void Compare(IDiskFile file, string path)
    {
        var end = file.Length - EtcdFileFormat.TrailerBytes;
        var expected = new byte[EtcdFileFormat.TrailerBytes];
        Require(file.Read(expected, end) == expected.Length, path, end);
        var actual = HashUpTo(file, end);
        if (!actual.AsSpan().SequenceEqual(expected))
        {
            throw new DamagedEtcdFileException(
                path, end, $"expected sha256 {Convert.ToHexStringLower(expected)}, got {Convert.ToHexStringLower(actual)}");
        }
    }

    private static byte[] HashUpTo(IDiskFile file, long end)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ReadBytes];
        for (long offset = 0; offset < end;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(ReadBytes, end - offset));
            Require(file.Read(part, offset) == part.Length, file.Path, offset);
            hash.AppendData(part);
            offset += part.Length;
        }

        return hash.GetHashAndReset();
    }

    private static void Require(bool isRead, string path, long offset)
    {
        if (!isRead)
        {
            throw new DamagedEtcdFileException(path, offset, "the file became shorter while it was read");
        }
    }
}
