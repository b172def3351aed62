// What the host reports beside messages: writes that became durable, entries that were applied,
// snapshots and connections that failed or not.
namespace Kv.Core.Raft

open Kv.Core

/// Decisions about reports of the host.
[<RequireQualifiedAccess>]
module internal Reports =
    /// A batch became durable: it may complete a quorum, or a candidate's vote for itself.
    let persisted (turn: Turn) (sequence: uint64) =
        let durability = turn.State.Durability

        if sequence > durability.Completed && sequence <= durability.Issued then
            let told = NodeState.tellable turn.State
            turn.Record(Event.WriteCompleted sequence)

            if NodeState.isLeader turn.State then
                if not (Replication.advanceCommit turn) && NodeState.tellable turn.State > told then
                    Replication.feedAll turn
            else
                Election.countOwnVote turn

    /// Up to where the applied entries may leave the window. While a follower is being sent a
    /// snapshot more are kept for it.
    let private trimPoint (state: NodeState) =
        let isSending =
            match state.Leadership with
            | ValueSome leadership ->
                leadership.Peers |> Array.exists (fun p -> p.Mode = ProgressMode.Snapshot)
            | ValueNone -> false

        let factor = if isSending then Limits.snapshotTailFactor else 1
        let last = min state.Applied state.Durability.Durable
        let entriesMax = uint64 (state.Options.TailEntriesMax * factor)
        let bytesMax = int64 state.Options.TailBytesMax * int64 factor
        let byCount = if last > entriesMax then last - entriesMax else 0UL
        max byCount (state.Log.TailStart(last, bytesMax))

    /// The store has applied entries; the oldest of them may leave memory.
    let applied (turn: Turn) (index: LogIndex) =
        let index = min index turn.State.Released

        if index > turn.State.Applied then
            turn.Record(Event.AppliedAdvanced index)
            let through = trimPoint turn.State

            if through > turn.State.Log.BaseIndex then
                turn.Record(Event.LogTrimmed through)

    let transfer (turn: Turn) (target: NodeId) =
        match turn.State.Leadership with
        | ValueSome leadership -> Replication.transfer turn leadership target
        | ValueNone ->
            if turn.State.Leader <> 0UL then
                let request = MessageBody.TransferRequest target
                turn.SendAt(turn.State.Leader, 0UL, request)

    let withFollower (turn: Turn) (peer: NodeId) decide =
        match NodeState.progress peer turn.State with
        | ValueSome progress -> decide progress
        | ValueNone -> ()
