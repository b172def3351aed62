namespace Kv.Node.Watch;

/// <summary>What a watcher asked for.</summary>
[Flags]
internal enum WatcherFlags : byte
{
    None = 0,

    /// <summary>Leave puts out.</summary>
    NoPut = 1,

    /// <summary>Leave deletions out.</summary>
    NoDelete = 2,

    /// <summary>Send the pair before the change, too.</summary>
    PreviousWanted = 4,

    /// <summary>Split what is too large for one response.</summary>
    Fragment = 8,

    /// <summary>Say from time to time how far the watcher has got.</summary>
    ProgressNotify = 16,
}
