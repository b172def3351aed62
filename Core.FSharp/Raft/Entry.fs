// What the replicated log is made of, and what names a point in it. Entries keep their encoded
// bytes: they are encoded once, by the proposer, and never again.
namespace Kv.Core.Raft

open System
open Kv.Core

/// What an entry's data is.
type EntryKind =
    /// A command of the store (or empty: the first entry of a new leader).
    | Normal = 0uy
    /// A membership change (`ConfigurationChange` bytes).
    | Configuration = 1uy

/// One entry of the replicated log. Immutable; `Data` is never changed after construction.
[<Sealed; AllowNullLiteral>]
type Entry(index: LogIndex, term: Term, kind: EntryKind, data: ReadOnlyMemory<byte>) =
    member _.Index = index
    member _.Term = term
    member _.Kind = kind
    member _.Data = data

/// Who takes part in the cluster (Raft §6, joint consensus). All arrays are sorted ascending.
/// `Outgoing` is empty unless a joint change is under way.
[<Sealed; AllowNullLiteral>]
type Configuration
    (
        voters: NodeId[],
        outgoing: NodeId[],
        learners: NodeId[],
        learnersNext: NodeId[],
        autoLeave: bool
    ) =
    /// Voters of the current (when joint: the incoming) configuration.
    member _.Voters = voters
    /// Voters of the outgoing configuration while joint, else empty.
    member _.Outgoing = outgoing
    /// Members that get the log but do not vote.
    member _.Learners = learners
    /// Outgoing voters that become learners once the joint configuration is left.
    member _.LearnersNext = learnersNext
    /// The leader leaves the joint configuration by itself as soon as it is committed.
    member _.AutoLeave = autoLeave
    member _.IsJoint = outgoing.Length > 0

    /// A plain configuration of these voters and no learners.
    static member OfVoters(voters: NodeId[]) =
        Configuration(Array.sort voters, [||], [||], [||], false)

/// The part of a member's state that must be durable before it answers (Raft figure 2).
[<Struct; NoComparison>]
type HardState = {
    Term: Term
    Vote: NodeId
    Commit: LogIndex
}

/// Names the point a snapshot stands for: the last entry it covers, and the configuration there.
[<Sealed; AllowNullLiteral>]
type SnapshotMark(index: LogIndex, term: Term, configuration: Configuration) =
    member _.Index = index
    member _.Term = term
    member _.Configuration = configuration

/// One step of a membership change.
type ConfigurationOperation =
    | AddVoter = 0uy
    | AddLearner = 1uy
    | Remove = 2uy
    /// What others know of a member changes (its addresses), and its part in the cluster does not:
    /// so that this too has its place in the order of changes.
    | Update = 3uy

/// One member's part in a membership change; several may go in one entry (joint consensus).
[<Struct; NoComparison>]
type ConfigurationStep = {
    Operation: ConfigurationOperation
    Node: NodeId
}

/// The content of a `Configuration` entry: the steps (none = leave the joint configuration), and
/// the store command that travels with it (`Context`, may be empty).
[<Sealed; AllowNullLiteral>]
type ConfigurationChange(steps: ConfigurationStep[], context: ReadOnlyMemory<byte>) =
    member _.Steps = steps
    /// An encoded store command that the reducer applies with the change.
    member _.Context = context
