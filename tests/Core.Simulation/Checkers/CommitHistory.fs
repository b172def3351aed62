// The one history of committed entries. Raft figure 3, leader completeness: what was committed in
// a term is in the log of every leader of a later term.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

/// A committed entry, and the term of the leader that was first seen to know it.
[<Struct; NoComparison; NoEquality>]
type Committed = {
    Term: Term
    Fingerprint: uint64
    CommittedIn: Term
}

[<Sealed>]
type CommitHistory() =
    let entries = List<Committed>()

    let compare (node: NodeId) (entry: Entry) =
        let known = entries[int entry.Index - 1]

        if known.Term <> entry.Term || known.Fingerprint <> Payload.fingerprint entry then
            violated
                "one-history"
                $"member {node} has {entry.Index}@{entry.Term} committed, others have @{known.Term}"

    let checkLeader (leader: IObserved) (index: LogIndex) =
        let known = entries[int index - 1]

        if not (leader.Log.Holds(index, known.Term)) then
            let leads = $"leader {leader.Id} of term {leader.Status.Term}"
            violated "leader-completeness" $"{leads} lacks committed {index}@{known.Term}"

    /// The highest index known to be committed anywhere, ever.
    member _.LastIndex: LogIndex = uint64 entries.Count

    /// The committed entry at an index in [1, LastIndex].
    member _.Item
        with get (index: LogIndex) = entries[int index - 1]

    /// The member knows everything up to `last` to be committed, from a leader of `term`;
    /// `first` is the first index it did not know before.
    member _.OnCommit(node: IObserved, first: LogIndex, last: LogIndex, term: Term) =
        if last > node.Log.LastIndex then
            violated "one-history" $"member {node.Id} committed {last} beyond its log"

        if node.Log.BaseIndex > uint64 entries.Count then
            violated "one-history" $"member {node.Id}'s snapshot covers what nobody committed"

        for index in max first (node.Log.BaseIndex + 1UL) .. last do
            let entry = node.Log[index]

            if index <= uint64 entries.Count then
                compare node.Id entry
            else
                entries.Add {
                    Term = entry.Term
                    Fingerprint = Payload.fingerprint entry
                    CommittedIn = term
                }

    /// The member came back knowing everything up to `commit` to be committed.
    member this.OnRestart(node: IObserved, commit: LogIndex) =
        if commit > uint64 entries.Count then
            violated "one-history" $"member {node.Id} came back with commit {commit}"

        this.OnCommit(node, 1UL, commit, 0UL)

    /// The member was elected leader of its term.
    member _.OnElected(leader: IObserved) =
        for index in leader.Log.BaseIndex + 1UL .. uint64 entries.Count do
            if entries[int index - 1].CommittedIn < leader.Status.Term then
                checkLeader leader index

    /// Entries from `first` on were committed while `leader` was leading.
    member _.OnCommitted(leader: IObserved, first: LogIndex) =
        for index in first .. uint64 entries.Count do
            if entries[int index - 1].CommittedIn < leader.Status.Term then
                checkLeader leader index
