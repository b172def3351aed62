// Reserves the space of the next segment while the current one is being filled, so that a write
// never waits for it, and so that a disk that is full is known while there is still room for what must be
// written: the present segment.
using Kv.Node.Ports;

namespace Kv.Node.Wal;

/// <summary>Makes preallocated files that have no segment's name yet.</summary>
internal sealed class SegmentPreparer(IDisk disk, string directory, WalOptions options, HostPorts host) : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly string _path = Path.Combine(directory, "next" + WalFormat.TemporarySuffix);

    /// <summary>Held while a file is made.</summary>
    private readonly Lock _making = new();

    private volatile DiskFailureException? _shortage;
    private Task _preparing = Task.CompletedTask;
    private ITimer? _retry;
    private IDiskFile? _ready;
    private bool _isWanted;

    /// <summary>Why the next file cannot be made, at present; null if it can. Any thread may look.</summary>
    public DiskFailureException? Shortage => _shortage;

    /// <summary>Begins making the next file in the background, if that is wanted.</summary>
    public void Start()
    {
        if (options.PrepareAhead)
        {
            _isWanted = true;
            _preparing = host.Threads.Run(Prepare);
        }
    }

    /// <summary>The next file, open and preallocated; its failure to be made comes out here.</summary>
    public IDiskFile Take()
    {
        lock (_making)
        {
            if (_preparing.IsFaulted)
            {
                _preparing.GetAwaiter().GetResult();
            }

            GiveUp();
            var ready = _ready ?? Make();
            _ready = null;
            _shortage = null;
            return ready;
        }
    }

    /// <summary>Removes what was made ahead.</summary>
    public void Dispose()
    {
        lock (_making)
        {
            GiveUp();
            if (_ready is null)
            {
                return;
            }

            _ready.Dispose();
            _ready = null;
            Discard();
        }
    }

    /// <summary>Makes the file, or tries again later: a log that does not need it yet can wait.</summary>
    private void Prepare()
    {
        lock (_making)
        {
            if (!_isWanted)
            {
                return;
            }

            try
            {
                _ready = Make();
                _shortage = null;
                _isWanted = false;
            }
            catch (DiskFailureException failure)
            {
                _shortage = failure;
                _retry?.Dispose();
                _retry = host.Clock.CreateTimer(
                    _ => _preparing = host.Threads.Run(Prepare), null, RetryInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void GiveUp()
    {
        _isWanted = false;
        _retry?.Dispose();
        _retry = null;
    }

    private IDiskFile Make()
    {
        var file = disk.Create(_path);
        try
        {
            file.Preallocate(options.SegmentBytes);
            file.Sync();
            return file;
        }
        catch
        {
            file.Dispose();
            Discard();
            throw;
        }
    }

    /// <summary>What was reserved in vain is room that others need.</summary>
    private void Discard()
    {
        try
        {
            disk.Delete(_path);
        }
        catch (DiskFailureException)
        {
            // What was first is told; the next recovery removes the file.
        }
    }
}
