// The points of RevisionTimes in a file: a header, then records of one size, only ever added to. It is never
// synced: what a crash takes is a gap in knowledge, no data. Every record has its own checksum, so one that is
// not good costs no more than what it said; the file is then made anew without it.
using System.Buffers.Binary;
using Kv.Node.Ports;
using Kv.Node.Wal;

namespace Kv.Node.History;

/// <summary>The file of a data directory that remembers which revision was the newest when.</summary>
internal sealed class RevisionTimesFile : IDisposable
{
    /// <summary>Bytes of a record: time, revision, and the CRC-32C of both, little-endian.</summary>
    private const int RecordBytes = 20;

    private const int HeaderBytes = 8;

    /// <summary>Records that are read at once.</summary>
    private const int ReadRecords = 32_768;

    /// <summary>"KVTIMES" and the version of the format.</summary>
    private static ReadOnlySpan<byte> Header => "KVTIMES\x01"u8;

    private readonly IDiskFile _file;
    private long _length;

    private RevisionTimesFile(IDiskFile file, IReadOnlyList<RevisionPoint> points, string? damage)
    {
        _file = file;
        Points = points;
        Damage = damage;
        _length = HeaderBytes + ((long)points.Count * RecordBytes);
    }

    /// <summary>What it held when it was opened.</summary>
    public IReadOnlyList<RevisionPoint> Points { get; private set; }

    /// <summary>What was wrong with it when it was opened, for the log; null if nothing was.</summary>
    public string? Damage { get; }

    /// <summary>Opens or makes the file. One that is much longer than what is kept in memory is made anew.</summary>
    /// <exception cref="DiskFailureException">The disk failed.</exception>
    public static RevisionTimesFile Open(IDisk disk, string path)
    {
        if (!disk.Exists(path))
        {
            return Make(disk, path, [], null);
        }

        var file = disk.Open(path);
        var (points, isWhole, damage) = Read(file);
        if (isWhole && damage is null)
        {
            return new RevisionTimesFile(file, points, null);
        }

        file.Dispose();
        return Make(disk, path, points, damage);
    }

    /// <summary>Adds points. One that could not be written is written over by the next.</summary>
    /// <exception cref="DiskFailureException">The disk failed.</exception>
    public void Append(IReadOnlyList<RevisionPoint> points)
    {
        Points = [];
        var bytes = Encode(points);
        _file.Write(bytes, _length);
        _length += bytes.Length;
    }

    public void Dispose() => _file.Dispose();

    private static RevisionTimesFile Make(IDisk disk, string path, List<RevisionPoint> points, string? damage)
    {
        var next = path + ".new";
        using (var file = disk.Create(next))
        {
            file.Write(Header, 0);
            file.Write(Encode(points), HeaderBytes);
        }

        disk.Rename(next, path);
        return new RevisionTimesFile(disk.Open(path), points, damage);
    }

    /// <summary>Reads all points; the oldest are dropped where there are too many to keep.</summary>
    private static (List<RevisionPoint> Points, bool IsWhole, string? Damage) Read(IDiskFile file)
    {
        List<RevisionPoint> points = [];
        var header = new byte[HeaderBytes];
        if (file.Read(header, 0) != HeaderBytes)
        {
            return (points, false, null);
        }

        if (!header.AsSpan().SequenceEqual(Header))
        {
            return (points, false, $"{file.Path} is not a file of revisions and times of this release: it is made anew");
        }

        var isWhole = true;
        var bad = 0;
        long firstBad = 0;
        var bytes = new byte[ReadRecords * RecordBytes];
        for (long at = HeaderBytes, length = bytes.Length; length == bytes.Length; at += length)
        {
            length = file.Read(bytes, at);
            for (var start = 0; start + RecordBytes <= length; start += RecordBytes)
            {
                if (TryRead(bytes.AsSpan(start, RecordBytes), points, out var point))
                {
                    points.Add(point);
                }
                else if (bad++ == 0)
                {
                    firstBad = at + start;
                }
            }

            if (points.Count > 2 * RevisionTimes.PointsMax)
            {
                isWhole = false;
                points.RemoveRange(0, points.Count - RevisionTimes.PointsMax);
            }
        }

        var damage = bad == 0 ? null
            : $"{file.Path} is damaged at offset {firstBad}: {bad} records are left out, and what only they said of "
                + "revisions and times is not known any more";
        return (points, isWhole, damage);
    }

    private static bool TryRead(ReadOnlySpan<byte> record, List<RevisionPoint> before, out RevisionPoint point)
    {
        point = new RevisionPoint(
            BinaryPrimitives.ReadInt64LittleEndian(record), BinaryPrimitives.ReadInt64LittleEndian(record[8..]));
        return Crc32C.Append(0, record[..16]) == BinaryPrimitives.ReadUInt32LittleEndian(record[16..])
            && (before.Count == 0 || (point.Time > before[^1].Time && point.Revision >= before[^1].Revision));
    }

    private static byte[] Encode(IReadOnlyList<RevisionPoint> points)
    {
        var bytes = new byte[points.Count * RecordBytes];
        for (var i = 0; i < points.Count; i++)
        {
            var record = bytes.AsSpan(i * RecordBytes, RecordBytes);
            BinaryPrimitives.WriteInt64LittleEndian(record, points[i].Time);
            BinaryPrimitives.WriteInt64LittleEndian(record[8..], points[i].Revision);
            BinaryPrimitives.WriteUInt32LittleEndian(record[16..], Crc32C.Append(0, record[..16]));
        }

        return bytes;
    }
}
