namespace Kv.Node.Watch;

/// <summary>Who feeds a watcher.</summary>
internal enum WatcherPhase : byte
{
    /// <summary>Its stream reads history for it.</summary>
    Lagging,

    /// <summary>The hub routes new changes to it.</summary>
    Synced,

    /// <summary>The hub has let go of it because the stream was full; the stream has not noticed yet.</summary>
    Demoted,

    /// <summary>Nobody: it is cancelled.</summary>
    Closed,
}
