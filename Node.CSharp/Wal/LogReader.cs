// Reads all segments of a log in order and checks what holds between them: numbers without gaps, one
// owner, one unbroken chain of checksums.
using Kv.Node.Ports;

namespace Kv.Node.Wal;

/// <summary>Reads a log from the disk; changes nothing there.</summary>
internal sealed class LogReader(IDisk disk, List<WalSegment> segments)
{
    private readonly List<UnendedSegment> _unended = [];
    private byte[] _bytes = [];

    public IReadOnlyList<WalSegment> Segments => segments;

    public LogReplay Replay { get; } = new();

    public WalIdentity Identity { get; private set; }

    /// <summary>Checksum of the newest record.</summary>
    public uint Chain { get; private set; }

    /// <summary>Checksum of the newest segment's header.</summary>
    public uint Seed { get; private set; }

    /// <summary>Length the newest segment was made with; 0 if it does not say.</summary>
    public long ReservedBytes { get; private set; }

    /// <summary>The newest segment has its end record already: release 0.1.0 wrote that before the next one.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Segments that have to get their end record.</summary>
    public IReadOnlyList<UnendedSegment> Unended => _unended;

    /// <summary>What has to be cut off the newest segment, or null.</summary>
    public TornTail? Tail { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <exception cref="CorruptLogException">The log is damaged.</exception>
    public void ReadAll()
    {
        for (var i = 0; i < segments.Count; i++)
        {
            ReadSegment(i);
        }

        _bytes = [];
    }

    /// <summary>What was read, for the host.</summary>
    public RecoveredLog ToRecoveredLog() =>
        new(disk, [.. segments.Select(segment => segment.Path)], Identity, Replay, Tail);

    private void ReadSegment(int position)
    {
        var segment = segments[position];
        if (position > 0 && segment.Sequence != segments[position - 1].Sequence + 1)
        {
            var missing = segments[position - 1].Sequence + 1;
            throw new CorruptLogException(segment.Path, 0, $"segment {missing:x16} before it is missing");
        }

        var bytes = Load(segment.Path);
        var header = ReadHeader(bytes, segment, position);
        var scanner = new SegmentScanner(bytes, segment.Path, Seed, header);
        while (true)
        {
            var start = scanner.Offset;
            if (!scanner.TryNext(out var record))
            {
                break;
            }

            if (Replay.Take(record, segment, position) is { } wrong)
            {
                throw new CorruptLogException(segment.Path, start, wrong);
            }
        }

        if (position == segments.Count - 1)
        {
            Tail = scanner.CheckTail();
        }
        else if (scanner.CheckEnded() is { } unended)
        {
            _unended.Add(unended);
        }

        segment.Bytes = scanner.Offset;
        Chain = scanner.Chain;
        IsEnded = scanner.IsEnded;
        ReservedBytes = header.ReservedBytes;
    }

    private SegmentHeader ReadHeader(ReadOnlySpan<byte> bytes, WalSegment segment, int position)
    {
        var header = SegmentHeader.Read(bytes, out var seed, out var reason)
            ?? throw new CorruptLogException(segment.Path, 0, reason);
        var name = Path.GetFileName(segment.Path);
        if (name != WalFormat.SegmentName(header.Sequence, header.FirstIndex))
        {
            throw new CorruptLogException(segment.Path, 0, "the segment header belongs to another segment");
        }

        if (position == 0)
        {
            Identity = header.Identity;
            Replay.Begin(header.FirstIndex);
        }
        else if (header.Identity != Identity || header.PreviousCrc != Chain)
        {
            throw _unended is [.., var last] && last.File == segments[position - 1].Path
                ? last.Damage()
                : new CorruptLogException(segment.Path, 0, "the segment does not continue the one before it");
        }

        Seed = seed;
        return header;
    }

    private Span<byte> Load(string path)
    {
        using var file = disk.OpenRead(path);
        if (file.Length > Array.MaxLength)
        {
            throw new CorruptLogException(path, Array.MaxLength, "the file is longer than a segment can be");
        }

        var length = (int)file.Length;
        if (_bytes.Length < length)
        {
            _bytes = new byte[length];
        }

        var bytes = _bytes.AsSpan(0, length);
        return bytes[..file.Read(bytes, 0)];
    }
}
