// Raft figure 3, log matching: entries of equal index and term are equal, and so is everything
// before them. It is enough to see that every (index, term) has one content and one predecessor.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type LogMatching() =
    let known = Dictionary<struct (LogIndex * Term), struct (Term * uint64)>()

    let record (node: NodeId) (previous: Term) (entry: Entry) =
        let fingerprint = Payload.fingerprint entry
        let key = struct (entry.Index, entry.Term)

        match known.TryGetValue key with
        | true, struct (otherPrevious, otherFingerprint) ->
            if otherFingerprint <> fingerprint then
                violated
                    "log-matching"
                    $"member {node}'s entry {entry.Index} of term {entry.Term} differs from another's"

            if otherPrevious <> previous then
                violated
                    "log-matching"
                    $"before {entry.Index}@{entry.Term} are terms {otherPrevious} and {previous}"
        | _ -> known.Add(key, struct (previous, fingerprint))

    /// The member's log in memory just took these entries.
    member _.OnAppended(node: IObserved, entries: Entry[]) =
        for entry in entries do
            match node.Log.TermAt(entry.Index - 1UL) with
            | ValueSome previous -> record node.Id previous entry
            | ValueNone -> violated "log-matching" $"nothing is before entry {entry.Index}"
