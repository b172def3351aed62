// The algebra of membership (Raft §6, joint consensus): which configuration follows from which
// change. Pure; the log, the leader and the commit rule are elsewhere.
namespace Kv.Core.Raft

open Kv.Core

/// Transitions between configurations.
[<RequireQualifiedAccess>]
module internal Membership =
    /// Nobody: a member that waits to be told by a snapshot what it is part of.
    let empty = Configuration([||], [||], [||], [||], false)

    /// Votes now, in the incoming or the outgoing half.
    let isVoter (node: NodeId) (configuration: Configuration) =
        NodeSet.contains node configuration.Voters
        || NodeSet.contains node configuration.Outgoing

    let isLearner (node: NodeId) (configuration: Configuration) =
        NodeSet.contains node configuration.Learners

    let isMember (node: NodeId) (configuration: Configuration) =
        isVoter node configuration || isLearner node configuration

    /// Everybody who gets the log.
    let members (configuration: Configuration) =
        NodeSet.union
            (NodeSet.union configuration.Voters configuration.Outgoing)
            configuration.Learners

    let equal (left: Configuration) (right: Configuration) =
        NodeSet.equal left.Voters right.Voters
        && NodeSet.equal left.Outgoing right.Outgoing
        && NodeSet.equal left.Learners right.Learners
        && NodeSet.equal left.LearnersNext right.LearnersNext
        && left.AutoLeave = right.AutoLeave

    /// What must hold of every configuration, wherever it comes from.
    let isWellFormed (configuration: Configuration) =
        let apart (left: NodeId[]) (right: NodeId[]) =
            not (Array.exists (fun node -> NodeSet.contains node right) left)

        NodeSet.isWellFormed configuration.Voters
        && NodeSet.isWellFormed configuration.Outgoing
        && NodeSet.isWellFormed configuration.Learners
        && NodeSet.isWellFormed configuration.LearnersNext
        && apart configuration.Learners configuration.Voters
        && apart configuration.Learners configuration.Outgoing
        && apart configuration.LearnersNext configuration.Voters
        && Array.forall
            (fun node -> NodeSet.contains node configuration.Outgoing)
            configuration.LearnersNext
        && (configuration.IsJoint || not configuration.AutoLeave)

    let private withVoter node (c: Configuration) =
        Configuration(
            NodeSet.add node c.Voters,
            c.Outgoing,
            NodeSet.remove node c.Learners,
            NodeSet.remove node c.LearnersNext,
            c.AutoLeave
        )

    /// An outgoing voter keeps its old vote until the joint configuration is left, so it can only
    /// be noted as the learner it will be.
    let private withLearner node (c: Configuration) =
        let waits = NodeSet.contains node c.Outgoing

        Configuration(
            NodeSet.remove node c.Voters,
            c.Outgoing,
            (if waits then c.Learners else NodeSet.add node c.Learners),
            (if waits then
                 NodeSet.add node c.LearnersNext
             else
                 c.LearnersNext),
            c.AutoLeave
        )

    let private without node (c: Configuration) =
        Configuration(
            NodeSet.remove node c.Voters,
            c.Outgoing,
            NodeSet.remove node c.Learners,
            NodeSet.remove node c.LearnersNext,
            c.AutoLeave
        )

    let private follow (configuration: Configuration) (step: ConfigurationStep) =
        match step.Operation with
        | ConfigurationOperation.AddVoter -> ValueSome(withVoter step.Node configuration)
        | ConfigurationOperation.AddLearner -> ValueSome(withLearner step.Node configuration)
        | ConfigurationOperation.Remove when isMember step.Node configuration ->
            ValueSome(without step.Node configuration)
        | ConfigurationOperation.Update when isMember step.Node configuration ->
            ValueSome configuration
        | _ -> ValueNone

    /// All steps in order; no value when one of them is not possible.
    let private followAll (start: Configuration) (steps: ConfigurationStep[]) =
        let mutable result = ValueSome start

        for step in steps do
            result <-
                match result with
                | ValueSome reached when step.Node <> 0UL -> follow reached step
                | ValueSome _
                | ValueNone -> ValueNone

        result

    /// The configuration after leaving a joint one.
    let leave (joint: Configuration) =
        Configuration(
            joint.Voters,
            [||],
            NodeSet.union joint.Learners joint.LearnersNext,
            [||],
            false
        )

    /// The joint configuration between the present voters and those after these steps.
    let private enterJoint (present: Configuration) (steps: ConfigurationStep[]) =
        let joint =
            Configuration(present.Voters, present.Voters, present.Learners, [||], true)

        followAll joint steps

    /// A change without an update that ends where it began is a mistake.
    let private isWanted (present: Configuration) (steps: ConfigurationStep[]) reached =
        not (equal reached present)
        || Array.exists (fun step -> step.Operation = ConfigurationOperation.Update) steps

    /// The configuration that follows from a change, or none if the change is not possible: unknown
    /// member, last voter, nothing to do, or a second change while joint. A change that moves at
    /// most one voter takes effect at once, since any two majorities then overlap; every other goes
    /// through a joint configuration that the leader leaves by itself.
    let next (present: Configuration) (steps: ConfigurationStep[]) : Configuration voption =
        if present.IsJoint then
            if steps.Length = 0 then
                ValueSome(leave present)
            else
                ValueNone
        else
            match followAll present steps with
            | ValueSome reached when reached.Voters.Length > 0 && isWanted present steps reached ->
                if NodeSet.difference present.Voters reached.Voters <= 1 then
                    ValueSome reached
                else
                    enterJoint present steps
            | ValueSome _
            | ValueNone -> ValueNone
