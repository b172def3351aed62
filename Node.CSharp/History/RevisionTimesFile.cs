// The points of RevisionTimes in a file: a header, then records of one size, only ever added to. It is never
// synced: what a crash takes is a gap in knowledge, no data. Reading ends at the first record that is not
// whole, and what is behind it is written over.
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

    /// <summary>"KVTIMES" and the version of the format.</summary>
    private static ReadOnlySpan<byte> Header => "KVTIMES\x01"u8;

    private readonly IDiskFile _file;
    private long _length;

    private RevisionTimesFile(IDiskFile file, IReadOnlyList<RevisionPoint> points)
    {
        _file = file;
        Points = points;
        _length = HeaderBytes + ((long)points.Count * RecordBytes);
    }

    /// <summary>What it held when it was opened.</summary>
    public IReadOnlyList<RevisionPoint> Points { get; private set; }

    /// <summary>Opens or makes the file. One that is much longer than what is kept in memory is made anew.</summary>
    /// <exception cref="DiskFailureException">The disk failed.</exception>
    public static RevisionTimesFile Open(IDisk disk, string path)
    {
        List<RevisionPoint> points = [];
        if (disk.Exists(path))
        {
            var file = disk.Open(path);
            points = Read(file);
            if (points.Count is > 0 and <= 2 * RevisionTimes.PointsMax)
            {
                return new RevisionTimesFile(file, points);
            }

            file.Dispose();
        }

        return Make(disk, path, points);
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

    private static RevisionTimesFile Make(IDisk disk, string path, List<RevisionPoint> points)
    {
        var kept = points.Skip(points.Count - RevisionTimes.PointsMax).ToList();
        var next = path + ".new";
        using (var file = disk.Create(next))
        {
            file.Write(Header, 0);
            file.Write(Encode(kept), HeaderBytes);
        }

        disk.Rename(next, path);
        return new RevisionTimesFile(disk.Open(path), kept);
    }

    private static List<RevisionPoint> Read(IDiskFile file)
    {
        var points = new List<RevisionPoint>();
        var bytes = new byte[file.Length];
        var length = file.Read(bytes, 0);
        if (!bytes.AsSpan(0, Math.Min(length, HeaderBytes)).SequenceEqual(Header))
        {
            return points;
        }

        for (var at = HeaderBytes; at + RecordBytes <= length; at += RecordBytes)
        {
            var record = bytes.AsSpan(at, RecordBytes);
            var point = new RevisionPoint(
                BinaryPrimitives.ReadInt64LittleEndian(record), BinaryPrimitives.ReadInt64LittleEndian(record[8..]));
            var isNext = points.Count == 0 || (point.Time > points[^1].Time && point.Revision >= points[^1].Revision);
            if (Crc32C.Append(0, record[..16]) != BinaryPrimitives.ReadUInt32LittleEndian(record[16..]) || !isNext)
            {
                break;
            }

            points.Add(point);
        }

        return points;
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
