// What is committed survives the crash of any minority at any moment: at the moment it is declared
// committed it is durable on a quorum, and it is of the leader's own term (Raft §5.4.2).
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type CommitDurability(find: NodeId -> IObserved) =
    let holds (index: LogIndex) (term: Term) (node: NodeId) =
        match find node with
        | null -> false
        | observed -> observed.Disk.Log.Holds(index, term)

    /// `leader` newly declared `index` committed; one of `configurations` was in force then.
    member _.OnLeaderCommit
        (leader: IObserved, index: LogIndex, term: Term, configurations: List<Configuration>)
        =
        match leader.Log.TermAt index with
        | ValueSome entryTerm when entryTerm <> term ->
            violated
                "commit-own-term"
                $"leader {leader.Id} of term {term} counted to {index}@{entryTerm}"
        | _ -> ()

        let isDurable =
            configurations.Exists(fun configuration ->
                ConfigurationModel.hasQuorum configuration (holds index term))

        if not isDurable then
            violated
                "commit-durability"
                $"leader {leader.Id} committed {index}@{term}, which is not durable on a quorum"
