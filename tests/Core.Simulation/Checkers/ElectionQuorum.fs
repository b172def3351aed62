// A leader was elected by a majority, while joint by both majorities, whose votes are durable (Raft
// §5.2, §6): two leaders of one term may need a rare coincidence, a missing vote shows at once.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type ElectionQuorum(votes: VoteOnce) =
    /// The member was elected; one of `configurations` was in force then.
    member _.OnElected(leader: IObserved, configurations: List<Configuration>) =
        let term = leader.Status.Term
        let hasVoted (voter: NodeId) = votes.HasVoted(voter, term, leader.Id)

        let isElected =
            configurations.Exists(fun configuration ->
                ConfigurationModel.hasQuorum configuration hasVoted)

        if not isElected then
            violated
                "election-quorum"
                $"member {leader.Id} leads in term {term} without the votes of a quorum"
