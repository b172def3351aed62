// An acceptance is a promise: when it leaves, everything up to its index is durable at the sender
// and equal to the log of the leader it goes to.
namespace Kv.Core.Simulation.Checkers

open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

[<Sealed>]
type AcceptanceHonesty(find: NodeId -> IObserved) =
    let checkEqual (sender: IObserved) (leader: IObserved) (term: Term) (index: LogIndex) =
        let isLeading =
            not (isNull leader.Status)
            && leader.Status.Role = Role.Leader
            && leader.Status.Term = term

        match sender.Disk.Log.TermAt index with
        | ValueSome mine when isLeading && not (leader.Log.Holds(index, mine)) ->
            violated
                "acceptance-honesty"
                $"member {sender.Id} accepted {index}@{mine}, not what leader {leader.Id} has"
        | _ -> ()

    /// A message leaves the member.
    member _.OnSend(sender: IObserved, message: Message) =
        match message.Body with
        | MessageBody.AppendAccepted index ->
            if index > sender.Disk.Log.LastIndex || message.Term > sender.Disk.HardState.Term then
                violated
                    "acceptance-honesty"
                    $"member {sender.Id} accepted {index} in {message.Term} before it was durable"

            match find message.To with
            | null -> ()
            | leader -> checkEqual sender leader message.Term index
        | _ -> ()
