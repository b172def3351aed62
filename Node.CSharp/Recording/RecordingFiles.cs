// The segments of a recording on disk: bounded in sum, the oldest go first. Knows nothing of what is in them.
using Kv.Node.Ports;

namespace Kv.Node.Recording;

/// <summary>The directory of a recording, for writing.</summary>
internal sealed class RecordingFiles : IDisposable
{
    /// <summary>Least size of a recording.</summary>
    public const long BytesMin = 1 << 20;

    private const int SegmentShare = 16;
    private const long SegmentBytesMin = 64 << 10;
    private const long SegmentBytesMax = 4 << 20;

    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly long _bytesMax;
    private readonly Queue<(string Path, long Bytes)> _closed = new();
    private IDiskFile? _current;
    private ulong _next;
    private long _length;
    private long _closedBytes;

    /// <param name="disk">Where it is.</param>
    /// <param name="directory">Made when it is needed first.</param>
    /// <param name="bytesMax">Size of all segments, at least <see cref="BytesMin"/>.</param>
    public RecordingFiles(IDisk disk, string directory, long bytesMax)
    {
        (_disk, _directory, _bytesMax) = (disk, directory, bytesMax);
        SegmentBytes = Math.Clamp(bytesMax / SegmentShare, SegmentBytesMin, SegmentBytesMax);
    }

    /// <summary>Bytes past which the next segment is due.</summary>
    public long SegmentBytes { get; }

    /// <summary>Where the segments are.</summary>
    public string Directory => _directory;

    /// <summary>Begins the next segment.</summary>
    /// <exception cref="DiskFailureException">The disk failed.</exception>
    public void Begin()
    {
        Close();
        if (_next == 0)
        {
            Prepare();
        }

        MakeRoom(SegmentBytes);
        var path = Path.Combine(_directory, RecordingFormat.NameOf(_next));
        _current = _disk.Create(path);
        _next++;
        _length = 0;
        Append(RecordingFormat.Magic);
    }

    /// <summary>Adds to the present segment.</summary>
    /// <exception cref="DiskFailureException">The disk failed.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        MakeRoom(_length + bytes.Length);
        _current!.Write(bytes, _length);
        _length += bytes.Length;
    }

    /// <summary>Ends the present segment.</summary>
    public void Close()
    {
        if (_current is not { } file)
        {
            return;
        }

        _current = null;
        _closed.Enqueue((file.Path, _length));
        _closedBytes += _length;
        file.Dispose();
    }

    public void Dispose() => Close();

    private void Prepare()
    {
        _disk.CreateDirectory(_directory);
        foreach (var name in _disk.List(_directory))
        {
            if (RecordingFormat.TryParseName(name, out var sequence))
            {
                var path = Path.Combine(_directory, name);
                using var file = _disk.OpenRead(path);
                _closed.Enqueue((path, file.Length));
                _closedBytes += file.Length;
                _next = sequence;
            }
        }

        _next++;
    }

    private void MakeRoom(long bytes)
    {
        while (_closedBytes + bytes > _bytesMax && _closed.TryDequeue(out var oldest))
        {
            _closedBytes -= oldest.Bytes;
            _disk.Delete(oldest.Path);
        }
    }
}
