// What happened in a run, counted: a simulator that elects, commits or crashes nothing would find
// nothing, and the tests assert that it does.
namespace Kv.Core.Simulation.Checkers

/// Counters of one run, or of many added up.
[<Sealed>]
type Stats() =
    member val Steps = 0L with get, set
    member val Elections = 0L with get, set
    member val Commits = 0L with get, set
    member val Restarts = 0L with get, set
    member val SnapshotsSent = 0L with get, set
    member val SnapshotsRestored = 0L with get, set
    member val LocalSnapshots = 0L with get, set
    member val Changes = 0L with get, set
    member val JointChanges = 0L with get, set
    member val Transfers = 0L with get, set
    member val Reads = 0L with get, set
    member val ReadsRefused = 0L with get, set
    member val Refusals = 0L with get, set
    member val HealTicks = 0L with get, set

    /// Adds another run's counters.
    member this.Add(other: Stats) =
        this.Steps <- this.Steps + other.Steps
        this.Elections <- this.Elections + other.Elections
        this.Commits <- this.Commits + other.Commits
        this.Restarts <- this.Restarts + other.Restarts
        this.SnapshotsSent <- this.SnapshotsSent + other.SnapshotsSent
        this.SnapshotsRestored <- this.SnapshotsRestored + other.SnapshotsRestored
        this.LocalSnapshots <- this.LocalSnapshots + other.LocalSnapshots
        this.Changes <- this.Changes + other.Changes
        this.JointChanges <- this.JointChanges + other.JointChanges
        this.Transfers <- this.Transfers + other.Transfers
        this.Reads <- this.Reads + other.Reads
        this.ReadsRefused <- this.ReadsRefused + other.ReadsRefused
        this.Refusals <- this.Refusals + other.Refusals
        this.HealTicks <- this.HealTicks + other.HealTicks

    /// One line.
    member this.Describe() : string =
        $"steps {this.Steps}, elections {this.Elections}, commits {this.Commits}, "
        + $"restarts {this.Restarts}, snapshots sent {this.SnapshotsSent} "
        + $"restored {this.SnapshotsRestored} local {this.LocalSnapshots}, "
        + $"changes {this.Changes} joint {this.JointChanges}, transfers {this.Transfers}, "
        + $"reads {this.Reads} refused {this.ReadsRefused}, refusals {this.Refusals}, "
        + $"heal ticks {this.HealTicks}"
