// With check-quorum, a leader that hears from no quorum for two election timeouts no longer leads:
// otherwise clients would be held by a leader that can do nothing for them.
namespace Kv.Core.Simulation.Checkers

open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

/// Watches one member; ticks are the member's own.
[<Sealed>]
type LeaderContact(options: SimOptions, id: NodeId) =
    let heard = Array.zeroCreate<int64> VirtualNetwork.NodesMax
    let mutable ticks = 0L
    let mutable configuration: Configuration = null
    let mutable term = 0UL

    /// A message came in.
    member _.OnReceived(from: NodeId) = heard[int from] <- ticks

    /// Handing over gets an election timeout of its own, so the check may be late by that much.
    member _.OnTransfer() = System.Array.Fill(heard, ticks)

    /// The member's timer went, and it handled it.
    member _.OnTick(status: RaftStatus) =
        ticks <- ticks + 1L

        let isNew =
            status.Term <> term
            || not (obj.ReferenceEquals(status.Configuration, configuration))

        if status.Role <> Role.Leader then
            term <- 0UL
        elif isNew then
            term <- status.Term
            configuration <- status.Configuration
            System.Array.Fill(heard, ticks)
        elif options.CheckQuorum then
            let limit = int64 (2 * options.ElectionTicks + 3)

            let isNear (node: NodeId) =
                node = id || ticks - heard[int node] <= limit

            if not (ConfigurationModel.hasQuorum configuration isNear) then
                violated "leader-contact" $"leader {id} of term {term} leads without a quorum"
