// Reserves the space of the next segment while the current one is being filled, so that a write
// never waits for it, and so that a disk that is full is known while there is still room for what must be
// written: the present segment.
using Kv.Node.Ports;

namespace Kv.Node.Wal;

/// <summary>Makes preallocated files that have no segment's name yet.</summary>
internal sealed class SegmentPreparer(IDisk disk, string directory, WalOptions options) : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly string _path = Path.Combine(directory, "next" + WalFormat.TemporarySuffix);
    private readonly ManualResetEventSlim _isWanted = new();
    private volatile DiskFailureException? _shortage;
    private Task<IDiskFile>? _pending;

    /// <summary>Why the next file cannot be made, at present; null if it can. Any thread may look.</summary>
    public DiskFailureException? Shortage => _shortage;

    /// <summary>Begins making the next file in the background, if that is wanted.</summary>
    public void Start()
    {
        if (options.PrepareAhead)
        {
            _isWanted.Reset();
            _pending = Task.Run(MakePatiently);
        }
    }

    /// <summary>The next file, open and preallocated; its failure to be made comes out here.</summary>
    public IDiskFile Take()
    {
        var pending = _pending;
        _pending = null;
        _isWanted.Set();
        return pending is null ? Make() : pending.GetAwaiter().GetResult();
    }

    /// <summary>Waits for the background work and removes what it made.</summary>
    public void Dispose()
    {
        if (_pending is null)
        {
            _isWanted.Dispose();
            return;
        }

        try
        {
            Take().Dispose();
            disk.Delete(_path);
        }
        catch (DiskFailureException)
        {
            // The file was for later; the next recovery removes what is left of it.
        }

        _isWanted.Dispose();
    }

    /// <summary>Tries until the file is made, or is wanted and still cannot be.</summary>
    private IDiskFile MakePatiently()
    {
        while (true)
        {
            try
            {
                var file = Make();
                _shortage = null;
                return file;
            }
            catch (DiskFailureException failure) when (!_isWanted.IsSet)
            {
                _shortage = failure;
                _isWanted.Wait(RetryInterval);
            }
        }
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
