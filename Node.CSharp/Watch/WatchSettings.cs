// Bounds of the watch machinery, with their reasons.
using Kv.Node.Options;

namespace Kv.Node.Watch;

/// <summary>Limits of watch streams.</summary>
internal sealed record WatchSettings
{
    private static readonly TimeSpan ProgressFloor = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _progressInterval = TimeSpan.FromMinutes(10);

    /// <summary>The settings a node is started with.</summary>
    public static WatchSettings Of(NodeOptions options)
    {
        var settings = new WatchSettings { FragmentBytes = options.MaxRequestBytes };
        return options.WatchProgressNotifyInterval > TimeSpan.Zero
            ? settings with { ProgressInterval = options.WatchProgressNotifyInterval }
            : settings;
    }

    /// <summary>Time between progress notifications; never under 100 ms (W11).</summary>
    public TimeSpan ProgressInterval
    {
        get => _progressInterval;
        init => _progressInterval = value < ProgressFloor ? ProgressFloor : value;
    }

    /// <summary>Changes a stream may have waiting to be sent; past it its watchers go back to reading
    /// history. Bounds what a slow client costs.</summary>
    public int PendingRowsMax { get; init; } = 4096;

    /// <summary>Bytes of keys and values those changes may have: once they are compacted, nothing else keeps
    /// them in memory.</summary>
    public long PendingBytesMax { get; init; } = 16 << 20;

    /// <summary>Changes that one slice of history may make pending, counted for each watcher that lags.</summary>
    public int LaggingRowsMax { get; init; } = 65_536;

    /// <summary>Changes read from history in one go: short enough that a turn stays under a millisecond.</summary>
    public int SliceRows { get; init; } = 1024;

    /// <summary>Several revisions share a response up to about this many bytes.</summary>
    public int ResponseBytes { get; init; } = 1 << 20;

    /// <summary>Above this a response is split, if the watcher agreed to that (W16).</summary>
    public int FragmentBytes { get; init; } = 1_572_864;

    /// <summary>Requests of a stream that wait until it has been written to.</summary>
    public int RequestsMax { get; init; } = 64;
}
