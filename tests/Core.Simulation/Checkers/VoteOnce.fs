// A member votes once a term, crashes or not (Raft §5.2): votes are compared where they become
// durable and where they leave, and one may only leave when it is durable.
namespace Kv.Core.Simulation.Checkers

open System.Collections.Generic
open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type VoteOnce() =
    let votes = Dictionary<struct (NodeId * Term), NodeId>()

    let record (voter: NodeId) (term: Term) (candidate: NodeId) =
        match votes.TryGetValue(struct (voter, term)) with
        | true, other when other <> candidate ->
            let both = $"{other} and {candidate}"
            violated "vote-once" $"member {voter} voted for {both} in term {term}"
        | true, _ -> ()
        | _ -> votes.Add(struct (voter, term), candidate)

    let checkDurable (voter: IObserved) (term: Term) (candidate: NodeId) =
        let state = voter.Disk.HardState
        let isDurable = state.Term > term || (state.Term = term && state.Vote = candidate)

        if not isDurable then
            violated
                "vote-durable"
                $"member {voter.Id}'s vote for {candidate} in term {term} left before it was durable"

        record voter.Id term candidate

    /// Whether the member is known to have voted so, durably.
    member _.HasVoted(voter: NodeId, term: Term, candidate: NodeId) : bool =
        match votes.TryGetValue(struct (voter, term)) with
        | true, known -> known = candidate
        | _ -> false

    /// The member's hard state became durable.
    member _.OnDurable(voter: IObserved) =
        let state = voter.Disk.HardState

        if state.Vote <> 0UL then
            record voter.Id state.Term state.Vote

    /// A message leaves the member.
    member _.OnSend(sender: IObserved, message: Message) =
        match message.Body with
        | MessageBody.VoteResponse true -> checkDurable sender message.Term message.To
        | MessageBody.VoteRequest _ -> checkDurable sender message.Term sender.Id
        | _ -> ()
