// One watcher: a key range and a cursor into history. Kept small, because there can be millions.
using Kv.Core.Mvcc;

namespace Kv.Node.Watch;

/// <summary>A watcher of a <see cref="WatchStream"/>.</summary>
internal sealed class Watcher(WatchStream stream, long id, WatchRange range, WatcherFlags flags, long next)
{
    /// <summary>Rows to send; guarded by the stream's gate.</summary>
    public RowBuffer Pending;

    public WatchStream Stream { get; } = stream;

    /// <summary>Unique in the stream.</summary>
    public long Id { get; } = id;

    public WatchRange Range { get; } = range;

    public WatcherFlags Flags { get; } = flags;

    /// <summary>Every change before this revision has been sent or is pending. While synced it stands
    /// still and only keeps older changes away.</summary>
    public long Next { get; set; } = next;

    /// <summary>Guarded by the stream's gate.</summary>
    public WatcherPhase Phase { get; set; }

    /// <summary>Place in its bag of the index it is in.</summary>
    public int Slot { get; set; }

    /// <summary>No event was sent since the last progress tick.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>It is to hear nothing of some revisions after this one.</summary>
    public bool StartsAfter(long revision) => Next - 1 > revision;

    public bool Has(WatcherFlags flag) => (Flags & flag) != 0;

    /// <summary>A change of a key in range is news to it and passes its filters (W8, W15).</summary>
    public bool Wants(Row row) =>
        row.ModRevision >= Next && !Has(row.IsTombstone ? WatcherFlags.NoDelete : WatcherFlags.NoPut);
}
