// Rebuilding a member's state from what its disk held: the fold over a log that was cut where a
// crash cut it.
namespace Kv.Core.Raft

open System
open Kv.Core

/// The first state of a run.
[<RequireQualifiedAccess>]
module internal Restoring =
    /// Configuration entries behind `from`, in order.
    let private configurationEntries (entries: Entry[]) =
        entries |> Array.filter (fun entry -> entry.Kind = EntryKind.Configuration)

    /// The commit index that the disk proves. A configuration entry is only ever appended when the
    /// one before it is committed, so of several in the log all but the last are; the commit index
    /// itself may have been lost, as it is not synced.
    let private provenCommit (mark: SnapshotMark) (commit: LogIndex) (log: LogWindow) changes =
        let byChanges =
            if Array.length changes > 1 then
                (changes[changes.Length - 2]: Entry).Index
            else
                0UL

        max (max mark.Index byChanges) (min commit log.LastIndex)

    let private membership (mark: SnapshotMark) (commit: LogIndex) (changes: Entry[]) =
        let mutable configuration = mark.Configuration
        let announced = ResizeArray<SnapshotMark>()

        for entry in changes do
            if entry.Index <= commit then
                configuration <- Configuring.after configuration entry
                announced.Add(SnapshotMark(entry.Index, entry.Term, configuration))

        {
            Configuration = configuration
            LastEntry =
                (if changes.Length = 0 then
                     0UL
                 else
                     (Array.last changes).Index)
            Unannounced = announced.ToArray()
        }

    let restore (options: RaftOptions) (hard: HardState) (mark: SnapshotMark) entries : NodeState =
        let entries =
            entries |> Array.filter (fun (entry: Entry) -> entry.Index > mark.Index)

        let log = LogWindow.Empty(mark.Index, mark.Term).Append entries
        let changes = configurationEntries entries
        let commit = provenCommit mark hard.Commit log changes
        // Entries may outlive the torn end of a batch that held their term; no vote left then.
        let lostTerm = log.LastTerm > hard.Term

        let saved: HardState = {
            Term = max hard.Term log.LastTerm
            Vote = (if lostTerm then 0UL else hard.Vote)
            Commit = commit
        }

#if SIMULATION
        let saved =
            if Mutants.Has Mutant.ForgetVote then
                { saved with Vote = 0UL }
            else
                saved
#endif

        let state = {
            Options = options
            Term = saved.Term
            Vote = saved.Vote
            Role = Role.Follower
            Leader = 0UL
            Log = log
            Commit = commit
            Released = mark.Index
            Applied = mark.Index
            Membership = membership mark commit changes
            Durability = {
                Issued = 0UL
                Completed = 0UL
                SyncIssued = 0UL
                HardIssued = 0UL
                Saved = (if lostTerm then hard else saved)
                Durable = log.LastIndex
                Writes = Fifo.Empty
                Untold = 0UL
                UntoldIssued = 0UL
            }
            Timers = {
                Election = 0
                Heartbeat = 0
                Timeout = 0
                Seed = options.Seed
            }
            Reads = ReadQueue.empty
            Ballot = ValueNone
            Leadership = ValueNone
        }

        Evolve.next state (Event.RoleChanged(Role.Follower, 0UL))

    let validate (options: RaftOptions) (mark: SnapshotMark) =
        let demand holds (name: string) (message: string) =
            if not holds then
                raise (ArgumentException(message, name))

        demand (options.Id <> 0UL) "options" "A member's id cannot be 0."
        demand (options.HeartbeatTicks > 0) "options" "HeartbeatTicks must be positive."

        demand
            (options.ElectionTicks > options.HeartbeatTicks)
            "options"
            "ElectionTicks must be greater than HeartbeatTicks."

        demand (options.InflightCountMax > 0) "options" "InflightCountMax must be positive."
        demand (options.InflightBytesMax > 0) "options" "InflightBytesMax must be positive."
        demand (options.TailEntriesMax >= 0) "options" "TailEntriesMax must not be negative."
        demand (options.TailBytesMax >= 0) "options" "TailBytesMax must not be negative."

        demand
            (not (isNull mark.Configuration) && Membership.isWellFormed mark.Configuration)
            "mark"
            "The mark's configuration is not well-formed."
