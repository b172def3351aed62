// The kinds of records in a segment. Numbers are never reused: they are on disks.
namespace Kv.Node.Wal;

/// <summary>What a record of the log is.</summary>
internal enum RecordType : byte
{
    /// <summary>Not a record: space that was never written.</summary>
    None = 0,

    /// <summary>Term, vote and commit index.</summary>
    HardState = 1,

    /// <summary>One entry of the Raft log; replaces entries at its index and behind.</summary>
    Entry = 2,

    /// <summary>A snapshot of this index was taken here; the log itself goes on.</summary>
    SnapshotTaken = 3,

    /// <summary>A snapshot came from the leader: the log starts anew behind it.</summary>
    SnapshotInstalled = 4,

    /// <summary>Everything in this segment before the offset it carries is known to be durable.</summary>
    Confirmation = 5,

    /// <summary>The last record of a segment that has a successor.</summary>
    End = 6,
}
