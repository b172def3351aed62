// Reserves the space of the next segment while the current one is being filled, so that a write
// never waits for it.
using Kv.Node.Ports;

namespace Kv.Node.Wal;

/// <summary>Makes preallocated files that have no segment's name yet.</summary>
internal sealed class SegmentPreparer(IDisk disk, string directory, WalOptions options) : IDisposable
{
    private readonly string _path = Path.Combine(directory, "next" + WalFormat.TemporarySuffix);
    private Task<IDiskFile>? _pending;

    /// <summary>Begins making the next file in the background, if that is wanted.</summary>
    public void Start()
    {
        if (options.PrepareAhead)
        {
            _pending = Task.Run(Make);
        }
    }

    /// <summary>The next file, open and preallocated; its failure to be made comes out here.</summary>
    public IDiskFile Take()
    {
        var pending = _pending;
        _pending = null;
        return pending is null ? Make() : pending.GetAwaiter().GetResult();
    }

    /// <summary>Waits for the background work and removes what it made.</summary>
    public void Dispose()
    {
        if (_pending is null)
        {
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
            throw;
        }
    }
}
