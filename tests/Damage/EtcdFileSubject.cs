// A snapshot in etcd's format, as `kvnode snapshot` reads it.
using System.Security.Cryptography;
using Kv.Core.Apply;
using Kv.Node.EtcdFile;
using Kv.Node.Ports;

namespace Damage;

/// <summary>A file in etcd's format, with its checksum.</summary>
/// <param name="state">What is in it.</param>
/// <param name="name">What is done with it.</param>
/// <param name="read">Reads it; what it says must not differ.</param>
internal sealed class EtcdFileSubject(StoreState state, string name, Func<IDisk, string, string> read) : Subject(name)
{
    private const string FilePath = "/backup/store.db";

    private readonly byte[] _image = Encode(state);
    private string? _said;

    public static EtcdFileSubject Restored(StoreState state) => new(state, "etcd file, restored", (disk, path) =>
    {
        SnapshotTrailer.Check(disk, path);
        var import = EtcdFileImport.Read(disk, path);
        return $"{import.ToState(7, [new Member(1, "n1", ["http://127.0.0.1:1"], [], false)]).StateHash():x} {string.Join(' ', import.Warnings)}";
    });

    public static EtcdFileSubject Summed(StoreState state) =>
        new(state, "etcd file, its status", (disk, path) => SnapshotSummary.Of(disk, path).ToString());

    public override IEnumerable<Case> Cases()
    {
        var disk = new MemoryDisk();
        disk.Put(FilePath, _image);
        _said = read(disk, FilePath);
        return Shapes.Of(FilePath, _image, []);
    }

    public override Verdict Judge(Case damage)
    {
        var disk = new MemoryDisk();
        damage.Apply(disk);
        try
        {
            var said = read(disk, FilePath);
            return said == _said ? new Verdict(Outcome.Exact) : Verdict.Wrong($"{said} instead of {_said}");
        }
        catch (DamagedEtcdFileException refusal)
        {
            return refusal.Message.StartsWith($"{FilePath} at offset ", StringComparison.Ordinal)
                && refusal.Message.Contains("another", StringComparison.Ordinal)
                    ? new Verdict(Outcome.Refused)
                    : Verdict.Wrong(refusal.Message);
        }
#pragma warning disable CA1031 // Whatever comes out is judged.
        catch (Exception other)
#pragma warning restore CA1031
        {
            return Verdict.Wrong(other.ToString());
        }
    }

    private static byte[] Encode(StoreState state)
    {
        using var bytes = new MemoryStream();
        foreach (var piece in EtcdImage.Of(state, CancellationToken.None).Pieces())
        {
            bytes.Write(piece.Span);
        }

        bytes.Write(SHA256.HashData(bytes.ToArray()));
        return bytes.ToArray();
    }
}
