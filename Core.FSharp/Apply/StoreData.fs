// The replicated state as the reducer handles it; `StoreState` is its face for everyone else.
namespace Kv.Core.Apply

open Kv.Core
open Kv.Core.Raft
open Kv.Core.Mvcc
open Kv.Core.V2
open Kv.Core.Auth

[<NoEquality; NoComparison>]
type internal StoreData = {
    ClusterId: uint64
    AppliedIndex: LogIndex
    /// Term of the entry at `AppliedIndex`.
    AppliedTerm: Term
    Configuration: Configuration
    Space: Keyspace
    Leases: LeaseTree
    Cluster: ClusterState
    V2: V2State
    Auth: AuthState
} with

    static member Create(clusterId: uint64, members: Member[]) : StoreData =
        let ids (learners: bool) =
            members
            |> Array.filter (fun m -> m.IsLearner = learners)
            |> Array.map (fun m -> m.Id)
            |> Array.sort

        {
            ClusterId = clusterId
            AppliedIndex = 0UL
            AppliedTerm = 0UL
            Configuration = Configuration(ids false, [||], ids true, [||], false)
            Space = Keyspace.Empty
            Leases = LeaseTree.Empty
            Cluster = ClusterState.create members
            V2 = V2State.Empty
            Auth = AuthState.Empty
        }
