using System.Buffers.Binary;
using Damage;
using Kv.Node.History;
using Kv.Node.Wal;

namespace Fuzz.Parsers;

/// <summary>The file of revisions and times.</summary>
internal sealed class TimesTarget() : Target("times")
{
    private const string FilePath = "/times";

    private const int HeaderBytes = 8;

    private const int RecordBytes = 20;

    public override int LengthMax => 2_000;

    public override IEnumerable<byte[]> Corpus()
    {
        var disk = new MemoryDisk();
        using (var file = RevisionTimesFile.Open(disk, FilePath))
        {
            yield return disk[FilePath].Content();
            file.Append([.. Enumerable.Range(1, 12).Select(i => new RevisionPoint(1_700_000_000_000 + (i * 1_000), i / 3))]);
        }

        yield return disk[FilePath].Content();
    }

    public override byte[] Repair(byte[] input)
    {
        byte[] repaired = [.. input];
        for (var at = HeaderBytes; at + RecordBytes <= repaired.Length; at += RecordBytes)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(repaired.AsSpan(at + 16), Crc32C.Append(0, repaired.AsSpan(at, 16)));
        }

        return repaired;
    }

    public override Answer Run(byte[] input)
    {
        var disk = new MemoryDisk();
        disk.Put(FilePath, input);
        RevisionPoint[] points;
        string? damage;
        using (var file = RevisionTimesFile.Open(disk, FilePath))
        {
            (points, damage) = ([.. file.Points], file.Damage);
            var times = new RevisionTimes(points);
            foreach (var point in points)
            {
                OracleException.Require(times.At(point.Time) == point.Revision, "a point that is not known");
                times.At(point.Time - 1);
                times.At(unchecked(point.Time + 1));
            }

            if (points is not [.., { Time: long.MaxValue } or { Revision: long.MaxValue }])
            {
                file.Append([points is [.., var last] ? new(last.Time + 1, last.Revision + 1) : new(1, 1)]);
            }
        }

        using var again = RevisionTimesFile.Open(disk, FilePath);
        OracleException.Require(again.Damage is null && again.Points.Take(points.Length).SequenceEqual(points), "the next time it is something else");
        return damage is null ? Answer.Accepted($"{points.Length}") : Answer.Refused(damage);
    }
}
