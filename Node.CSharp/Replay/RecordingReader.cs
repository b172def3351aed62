// Reads a recording, a segment at a time, while the node runs or afterwards. What ends in the middle of being written
// ends there; what cannot be anything a node wrote is named with file and offset, and the next segment is read.
using System.Buffers.Binary;
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Recording;
using Kv.Node.Wal;

namespace Kv.Node.Replay;

/// <summary>Reads the segments of a directory.</summary>
/// <param name="disk">Where it is; nothing is written.</param>
/// <param name="directory">The directory of the segments.</param>
internal sealed class RecordingReader(IDisk disk, string directory)
{
    /// <summary>Microseconds since 1970 past which a time is nonsense.</summary>
    private const ulong TimeMax = 100_000_000_000_000_000;

    /// <summary>The segments, oldest first.</summary>
    public IReadOnlyList<string> Segments => [.. disk.List(directory).Where(name => RecordingFormat.TryParseName(name, out _))];

    /// <summary>Everything that is there, oldest first.</summary>
    /// <exception cref="StorageException">The directory cannot be read.</exception>
    public IEnumerable<Recorded> Read()
    {
        foreach (var name in Segments)
        {
            if (Load(Path.Combine(directory, name)) is { } bytes)
            {
                foreach (var recorded in ReadSegment(name, bytes))
                {
                    yield return recorded;
                }
            }
        }
    }

    /// <summary>The bytes of a segment; null if the node has removed it meanwhile.</summary>
    private byte[]? Load(string path)
    {
        try
        {
            using var file = disk.OpenRead(path);
            var bytes = new byte[file.Length];
            var length = file.Read(bytes, 0);
            return bytes[..length];
        }
        catch (DiskFailureException) when (!disk.Exists(path))
        {
            return null;
        }
    }

    private static IEnumerable<Recorded> ReadSegment(string name, byte[] bytes)
    {
        var magic = RecordingFormat.Magic.Length;
        if (bytes.Length < magic)
        {
            // A segment that was just begun.
            yield break;
        }

        if (!bytes.AsSpan(0, magic).SequenceEqual(RecordingFormat.Magic))
        {
            if (!IsZero(bytes))
            {
                yield return new RecordedDamage(new Place(name, 0), "this is no recording this release can read");
            }

            yield break;
        }

        for (var at = magic; at < bytes.Length;)
        {
            if (BlockLength(bytes, at) is not { } length)
            {
                yield break;
            }

            var start = at + RecordingFormat.BlockHeaderBytes;
            if (length < 0)
            {
                yield return new RecordedDamage(
                    new Place(name, at), "the checksum of a block is wrong: the file was changed, or the disk lost a write");
                yield break;
            }

            foreach (var recorded in ReadBlock(name, bytes.AsMemory(start, length), start))
            {
                yield return recorded;
                if (recorded is RecordedDamage)
                {
                    yield break;
                }
            }

            at = start + length;
        }
    }

    /// <summary>The length of a block's payload; null if the segment ends in it, -1 if it is damaged. One that reaches
    /// to the end or past it, or is followed by nothing but zeros, was never written to its end.</summary>
    private static int? BlockLength(byte[] bytes, int at)
    {
        var left = bytes.Length - at - RecordingFormat.BlockHeaderBytes;
        if (left < 0)
        {
            return null;
        }

        var header = bytes.AsSpan(at, RecordingFormat.BlockHeaderBytes);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length > left)
        {
            return null;
        }

        var payload = bytes.AsSpan(at + RecordingFormat.BlockHeaderBytes, (int)length);
        if (length > 0
            && Crc32C.Append(Crc32C.Append(0, header[..4]), payload) == BinaryPrimitives.ReadUInt32LittleEndian(header[4..]))
        {
            return (int)length;
        }

        var end = at + RecordingFormat.BlockHeaderBytes + (int)length;
        return IsZero(bytes.AsSpan(length == 0 ? at : end)) ? null : -1;
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    private static IEnumerable<Recorded> ReadBlock(string name, ReadOnlyMemory<byte> payload, int offset)
    {
        for (var at = 0; at < payload.Length;)
        {
            var frame = new FieldReader(payload[at..]);
            var record = frame.Bytes(frame.Varint());
            var place = new Place(name, offset + at);
            if (!frame.IsSound || ReadRecord(place, record) is not { } recorded)
            {
                yield return new RecordedDamage(place, "a record cannot be read: it was made by another release, or changed");
                yield break;
            }

            yield return recorded;
            at += frame.Position;
        }
    }

    private static Recorded? ReadRecord(Place place, ReadOnlyMemory<byte> record)
    {
        var fields = new FieldReader(record);
        switch ((RecordKind)fields.Byte())
        {
            case RecordKind.Segment:
                var identity = new RecordingIdentity(
                    fields.Varint(), fields.Varint(), fields.Varint(), fields.Varint(), fields.Text());
                return fields.IsComplete ? new RecordedSegment(place, identity) : null;
            case RecordKind.Checkpoint:
                var (wall, step) = (Time(ref fields), fields.Varint());
                return RecordingCodec.TryReadState(fields.Rest(), out var state)
                    ? new RecordedCheckpoint(place, wall, step, state)
                    : null;
            case RecordKind.Step:
                var (elapsed, fingerprint) = (Time(ref fields), fields.Fixed32());
                return RecordingCodec.TryReadInput(fields.Rest(), out var input)
                    ? new RecordedStep(place, elapsed, fingerprint, input)
                    : null;
            case RecordKind.Failure:
                var (failedAfter, text) = (Time(ref fields), fields.Text());
                return RecordingCodec.TryReadInput(fields.Rest(), out var last)
                    ? new RecordedFailure(place, failedAfter, text, last)
                    : null;
            case RecordKind.Gap:
                var gap = new RecordedGap(place, Time(ref fields), fields.Varint());
                return fields.IsComplete ? gap : null;
            case RecordKind.Clock:
                var clock = new RecordedClock(place, Time(ref fields), Time(ref fields));
                return fields.IsComplete ? clock : null;
            case RecordKind.Note:
                return ReadNote(fields) is { } note ? new RecordedNote(place, note) : null;
            default:
                return null;
        }
    }

    /// <summary>A time or a length of time that can be one; 0 for nonsense.</summary>
    private static long Time(ref FieldReader fields) => fields.Varint() is var time and <= TimeMax ? (long)time : 0;

    private static Note? ReadNote(FieldReader fields)
    {
        var (time, kind, count) = (Time(ref fields), (NoteKind)fields.Byte(), fields.Varint());
        var numbers = new List<ulong>();
        for (ulong i = 0; i < count && fields.IsSound; i++)
        {
            numbers.Add(fields.Varint());
        }

        var text = fields.Text();
        return fields.IsComplete ? new Note(time, kind, [.. numbers], text) : null;
    }
}
