// The durable log of one member: hard state, entries and snapshot marks in segments of checksummed
// records. It knows files and bytes, and nothing of consensus: what to write is decided elsewhere.
// After any failure it refuses everything: what the disk holds then is known only to a recovery.
using Kv.Core.Raft;
using Kv.Node.Ports;

namespace Kv.Node.Wal;

/// <summary>A write-ahead log. Used by one thread at a time (the log writer).</summary>
/// <remarks>Failures are <see cref="StorageException"/>s and final: the process must end.</remarks>
internal sealed partial class WriteAheadLog : IDisposable
{
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly WalOptions _options;
    private readonly WalIdentity _identity;
    private readonly IDisposable _lock;
    private readonly SegmentPreparer _preparer;
    private readonly RecordBuffer _buffer = new();
    private readonly List<WalSegment> _segments = [];

    /// <summary>The segment being written; null once disposed or when opening it failed.</summary>
    private IDiskFile? _file;

    /// <summary>Checksum of the current segment's header.</summary>
    private uint _seed;

    /// <summary>Checksum of the newest record.</summary>
    private uint _chain;

    /// <summary>Where the buffer will be written in the current segment.</summary>
    private long _offset;

    /// <summary>Length the current segment was made with: it is not written past it.</summary>
    private long _limit;

    private bool _unsynced;
    private long _sizeBytes;
    private HardState _hardState;
    private SnapshotMark? _mark;
    private ulong _lastIndex;
    private StorageException? _failure;

    private WriteAheadLog(
        IDisk disk, string directory, WalOptions options, HostPorts host, WalIdentity identity, IDisposable held)
    {
        _disk = disk;
        _directory = directory;
        _options = options;
        _identity = identity;
        _lock = held;
        _preparer = new SegmentPreparer(disk, directory, options, host);
    }

    /// <summary>Why there is no room for a further segment, at present; null if there is. What goes into the
    /// present one can still be written. Any thread may look.</summary>
    public StorageException? Shortage => _preparer.Shortage;

    /// <summary>Bytes of all records kept, including those not flushed yet. Any thread may look.</summary>
    public long SizeBytes => Volatile.Read(ref _sizeBytes);

    /// <summary>Bytes of records appended since this object was made; never goes back. The difference
    /// between two looks is what the log has grown by, whatever was released meanwhile.</summary>
    public long AppendedBytes { get; private set; }

    /// <summary>Index of the last entry of the log, flushed or not.</summary>
    public ulong LastIndex => _lastIndex;

    /// <summary>True if a directory holds a log to <see cref="Recover"/>.</summary>
    public static bool Exists(IDisk disk, string directory)
    {
        foreach (var name in disk.List(directory))
        {
            if (WalFormat.TryParseName(name, out _, out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Starts an empty log in a directory (made if it is missing); durable on return.</summary>
    /// <exception cref="DirectoryInUseException">Another process uses the directory.</exception>
    /// <exception cref="InvalidOperationException">The directory already holds a log.</exception>
    public static WriteAheadLog Create(
        IDisk disk,
        string directory,
        WalIdentity identity,
        WalOptions? options = null,
        HostPorts? host = null)
    {
        disk.CreateDirectory(directory);
        var held = disk.LockDirectory(directory);
        try
        {
            if (Exists(disk, directory))
            {
                throw new InvalidOperationException($"{directory} already holds a log");
            }

            var log = new WriteAheadLog(
                disk, directory, options ?? new WalOptions(), host ?? HostPorts.OfProcess, identity, held);
            log.StartSegment(sequence: 1, previousCrc: 0, needed: 0);
            return log;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Closes the files. What was appended and not flushed is dropped.</summary>
    public void Dispose()
    {
        _preparer.Dispose();
        _file?.Dispose();
        _file = null;
        _lock.Dispose();
    }

    private void MeasureSize()
    {
        long size = _buffer.Length;
        foreach (var segment in _segments)
        {
            size += segment.Bytes;
        }

        Volatile.Write(ref _sizeBytes, size);
    }

    private void ThrowIfUnusable()
    {
        if (_failure is not null)
        {
            throw new DiskFailureException("use the log after a failure in", _directory, _failure);
        }

        ObjectDisposedException.ThrowIf(_file is null, this);
    }
}
