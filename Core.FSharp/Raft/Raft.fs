// The Raft reducer's face: the opaque state and the one public `Step`. Everything is decided in the
// files above; here is only who gets to decide.
namespace Kv.Core.Raft

open System
open Kv.Core

/// The state of one member: opaque, immutable.
[<Sealed; AllowNullLiteral>]
type RaftState internal (node: NodeState) =
    member internal _.Node = node

    /// A look at this state.
    member _.Status: RaftStatus =
        let configuration = NodeState.configuration node

        let followers =
            match node.Leadership with
            | ValueNone -> [||]
            | ValueSome leadership ->
                leadership.Peers
                |> Array.map (fun peer -> {
                    Node = peer.Node
                    Match = peer.Match
                    Next = peer.Next
                    IsLearner = Membership.isLearner peer.Node configuration
                    IsRecentlyActive = peer.IsActive
                    IsInSnapshot = (peer.Mode = ProgressMode.Snapshot)
                })

        RaftStatus(
            node.Role,
            node.Term,
            node.Leader,
            node.Commit,
            node.Applied,
            node.Log.FirstIndex,
            node.Log.LastIndex,
            configuration,
            followers
        )

/// The Raft reducer. Total: any input in any state gives a state.
[<AbstractClass; Sealed>]
type RaftMachine private () =
    /// Null is met only here, at the border to the host.
    static let demandContent (input: Input) =
        match input with
        | Input.Received message -> ArgumentNullException.ThrowIfNull message
        | Input.Proposed payloads -> ArgumentNullException.ThrowIfNull payloads
        | Input.ConfigurationProposed change -> ArgumentNullException.ThrowIfNull change
        | Input.Tick
        | Input.ReadRequested _
        | Input.Persisted _
        | Input.Applied _
        | Input.TransferRequested _
        | Input.SnapshotSent _
        | Input.PeerUnreachable _
        | Input.CampaignRequested -> ()

    static let decide (turn: Turn) (input: Input) =
        match input with
        | Input.Tick -> Election.tick turn
        | Input.Received message -> Inbox.receive turn message
        | Input.Proposed payloads -> Proposing.commands turn ProposalOrigin.Own payloads
        | Input.ConfigurationProposed change -> Proposing.change turn ProposalOrigin.Own change
        | Input.ReadRequested context -> Reads.request turn { Node = 0UL; Context = context }
        | Input.Persisted sequence -> Reports.persisted turn sequence
        | Input.Applied index -> Reports.applied turn index
        | Input.TransferRequested target -> Reports.transfer turn target
        | Input.SnapshotSent(peer, index, succeeded) ->
            Reports.withFollower turn peer (fun progress ->
                Replication.snapshotSent turn progress index succeeded)
        | Input.PeerUnreachable peer ->
            Reports.withFollower turn peer (Replication.unreachable turn)
        | Input.CampaignRequested -> Election.campaign turn

    /// A member as it is after start: what its log held. `mark` is the newest snapshot (index 0 at
    /// bootstrap, with the initial configuration; a member that joins a cluster starts with an
    /// empty configuration and is sent a snapshot); `entries` are the durable entries behind it.
    static member Restore
        (options: RaftOptions, hardState: HardState, mark: SnapshotMark, entries: Entry[])
        : RaftState =
        ArgumentNullException.ThrowIfNull options
        ArgumentNullException.ThrowIfNull mark
        ArgumentNullException.ThrowIfNull entries
        Restoring.validate options mark
        RaftState(Restoring.restore options hardState mark entries)

    /// The next state after one input; effects are added to `output`.
    static member Step(state: RaftState, input: Input, output: StepOutput) : RaftState =
        ArgumentNullException.ThrowIfNull state
        ArgumentNullException.ThrowIfNull input
        ArgumentNullException.ThrowIfNull output
        demandContent input
        let turn = Turn(state.Node, output)
        decide turn input
        Turn.finish turn input.IsTick

        if Object.ReferenceEquals(turn.State, state.Node) then
            state
        else
            RaftState turn.State
