// The directories under test and the files in them.
using Kv.Core.Apply;
using Kv.Node.Wal;

namespace Damage;

/// <summary>Makes the subjects of a data directory.</summary>
internal static class Directories
{
    private const string Snapshots = SampleMember.DataDirectory + "/member/snap";

    public static IEnumerable<Subject> Subjects(SampleMember member)
    {
        var killed = new LogPicture(member.Disk);
        for (var i = 0; i < killed.Segments.Length; i++)
        {
            var isNewest = i == killed.Segments.Length - 1;
            yield return Log(member, member.Disk, i, isNewest ? "newest segment, after a kill" : "earlier segment");
        }

        yield return Log(member, PowerFailed(member, killed), killed.Segments.Length - 1, "newest segment, after a power failure");
        yield return Log(member, Unended(member, killed), killed.Segments.Length - 2, "segment whose end a crash took");
        string[] snapshots = [.. member.Disk.Paths.Where(path => path.EndsWith(".snap", StringComparison.Ordinal))];
        var (older, newer) = (snapshots[0], snapshots[1]);
        yield return Snapshot(member, member.Disk, newer, older, "newest snapshot");
        yield return Snapshot(member, member.Disk, older, newer, "snapshot before it");
        var only = member.Disk.Copy();
        only.Delete(older);
        yield return Snapshot(member, only, newer, null, "only snapshot");
    }

    private static DirectorySubject Log(SampleMember member, MemoryDisk disk, int position, string name)
    {
        var picture = new LogPicture(disk);
        var path = picture.Segments[position];
        var content = disk[path].Content();
        var sequence = (ulong)position + 1 + Sequence(picture.Segments[0]);
        string[] names =
        [
            Path.GetFileName(path) + ".old", WalFormat.SegmentName(sequence, 1), WalFormat.SegmentName(sequence - 1, 9_999),
            .. picture.Segments.Where(other => other != path).Select(other => Path.GetFileName(other)),
        ];
        IEnumerable<(string, byte[])> others =
        [
            .. picture.Segments.Where(other => other != path).Select(other => ($"segment {Path.GetFileName(other)}", disk[other].Content())),
            .. picture.Records.Where(record => record.Segment == path)
                .Select(record => ($"itself as of offset {record.End}", AsOf(content, record.End))),
        ];
        return Make(member, disk, path, name, names, others);
    }

    private static DirectorySubject Snapshot(SampleMember member, MemoryDisk disk, string path, string? other, string name)
    {
        string[] names = [Path.GetFileName(path) + ".old", Kv.Node.Snapshots.SnapshotFormat.FileName(2, 1), .. other is null ? Array.Empty<string>() : [Path.GetFileName(other)]];
        IEnumerable<(string, byte[])> others = other is null ? [] : [("the other", disk[other].Content())];
        return Make(member, disk, path, name, names, others);
    }

    private static DirectorySubject Make(
        SampleMember member, MemoryDisk disk, string path, string name, string[] names, IEnumerable<(string What, byte[] Content)> others)
    {
        var content = disk[path].Content();
        IEnumerable<(int, byte[])> versions = path.StartsWith(Snapshots, StringComparison.Ordinal)
            ? others.SelectMany(other => other.Content.Chunk(MemoryFile.SectorBytes).Select((sector, i) => (i, Pad(sector))))
            : member.Disk[path].Versions;
        return new DirectorySubject(
            name, disk, member.Oldest, member.NewestIndex, path,
            [.. Shapes.Of(path, content, versions), .. Shapes.OfWhole(path, names, others)]);
    }

    private static ulong Sequence(string segment) =>
        WalFormat.TryParseName(Path.GetFileName(segment), out var sequence, out _) ? sequence : throw new InvalidDataException(segment);

    private static byte[] AsOf(byte[] content, int end)
    {
        byte[] earlier = [.. content];
        earlier.AsSpan(end).Clear();
        return earlier;
    }

    private static byte[] Pad(byte[] sector)
    {
        Array.Resize(ref sector, MemoryFile.SectorBytes);
        return sector;
    }

    /// <summary>What was not synced is not there: the last batch, and the confirmation of the one before it.</summary>
    private static MemoryDisk PowerFailed(SampleMember member, LogPicture killed)
    {
        var disk = member.Disk.Copy();
        var path = killed.Segments[^1];
        var last = killed.Newest.Last(record => record.Type == (byte)RecordType.Confirmation);
        disk.Put(path, AsOf(disk[path].Content(), last.Start));
        return disk;
    }

    /// <summary>As a crash leaves it between the name of a new segment and the end of the one before.</summary>
    private static MemoryDisk Unended(SampleMember member, LogPicture killed)
    {
        var disk = member.Disk.Copy();
        var newest = killed.Segments[^1];
        disk.Put(newest, AsOf(disk[newest].Content(), killed.OpeningEnd));
        var path = killed.Segments[^2];
        var end = killed.Records.Last(record => record.Segment == path);
        var content = AsOf(disk[path].Content(), end.Start);
        Array.Resize(ref content, (int)disk[newest].Length);
        disk.Put(path, content);
        return disk;
    }
}
