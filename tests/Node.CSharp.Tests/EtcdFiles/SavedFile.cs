using System.Security.Cryptography;
using System.Text;
using Kv.Core.Apply;
using Kv.Node.EtcdFile;
using Kv.Node.Ports;

namespace Kv.Node.Tests.EtcdFiles;

/// <summary>A file in etcd's format in a directory of its own, and what a reader finds in it.</summary>
internal sealed class SavedFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-etcd-file-");

    public SavedFile(byte[] bytes) => File.WriteAllBytes(Name, bytes);

    public string Name => Path.Combine(_directory.FullName, "file.db");

    /// <summary>The state as a snapshot, checksum and all.</summary>
    public static SavedFile Of(StoreState state)
    {
        var image = ImageOf(state);
        return new SavedFile([.. image, .. SHA256.HashData(image)]);
    }

    public static byte[] ImageOf(StoreState state)
    {
        var bytes = new MemoryStream();
        var image = EtcdImage.Of(state, CancellationToken.None);
        foreach (var piece in image.Pieces())
        {
            bytes.Write(piece.Span);
        }

        Xunit.Assert.Equal(image.Bytes, bytes.Length);
        return bytes.ToArray();
    }

    /// <summary>All pairs of a bucket, keys as text.</summary>
    public List<(string Key, byte[] Value)> Pairs(string bucket)
    {
        var pairs = new List<(string, byte[])>();
        using var file = EtcdFileReader.Open(new PhysicalDisk(), Name);
        file.Walk(file.Find(bucket)!, (_, key, value) => pairs.Add((Encoding.Latin1.GetString(key), value.ToArray())));
        return pairs;
    }

    public SnapshotSummary Summary() => SnapshotSummary.Of(new PhysicalDisk(), Name);

    public EtcdFileImport Import() => EtcdFileImport.Read(new PhysicalDisk(), Name);

    public void Dispose() => _directory.Delete(recursive: true);
}
