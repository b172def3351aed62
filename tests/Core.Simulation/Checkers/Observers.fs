// All checkers of a run in one place; the host tells them what it sees.
namespace Kv.Core.Simulation.Checkers

open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

/// `find` gives a member by its id, null if there never was one; `initial` is the configuration
/// the cluster starts with.
[<Sealed>]
type Observers(options: SimOptions, find: NodeId -> IObserved, initial: Configuration) =
    let history = CommitHistory()
    let votes = VoteOnce()
    let isStrict = options.DuplicatePermille = 0

    member val Stats = Stats()
    member val Elections = ElectionSafety()
    member _.Votes = votes
    member val Quorums = ElectionQuorum votes
    member val Logs = LogMatching()
    member val Batches = BatchDiscipline()
    member _.History = history
    member val Durability = CommitDurability find
    member val Acceptances = AcceptanceHonesty find
    member val States = StateMachineSafety(history, initial)
    member val Monotonicity = Monotonicity()
    member val Reads = ReadLinearizability history
    member val Proposals = ProposalHonesty isStrict

    /// A message leaves a member.
    member this.OnSend(sender: IObserved, message: Message) =
        this.Votes.OnSend(sender, message)
        this.Acceptances.OnSend(sender, message)
