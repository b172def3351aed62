// What the store knows of the cluster itself: members, ids that were removed, alarms, the agreed
// version. Small and seldom changed, so plain sorted arrays that are replaced as a whole.
namespace Kv.Core.Apply

open System
open Kv.Core
open Kv.Core.Mvcc

[<NoEquality; NoComparison>]
type internal ClusterState = {
    /// Ascending by id.
    Members: Member[]
    /// Ascending; can never come back.
    Removed: NodeId[]
    /// Ascending by member, then kind.
    Alarms: struct (NodeId * AlarmKind)[]
    /// Empty until set.
    Version: string
    /// The version the cluster is to go back to; empty if to none.
    DowngradeTarget: string
}

[<RequireQualifiedAccess>]
module internal ClusterState =
    let create (members: Member[]) : ClusterState = {
        Members = Array.sortBy (fun (m: Member) -> m.Id) members
        Removed = Array.Empty<NodeId>()
        Alarms = Array.Empty<struct (NodeId * AlarmKind)>()
        Version = ""
        DowngradeTarget = ""
    }

    let private find (state: ClusterState) (id: NodeId) : Member =
        let at = Array.FindIndex(state.Members, fun m -> m.Id = id)
        if at < 0 then null else state.Members[at]

    /// Whether another member than `id` listens on one of the URLs.
    let private isUsed (state: ClusterState) (id: NodeId) (urls: string[]) : bool =
        let uses (m: Member) =
            m.Id <> id && Array.exists (fun url -> Array.contains url m.PeerUrls) urls

        Array.exists uses state.Members

    let private replaced (state: ClusterState) (next: Member) : ClusterState = {
        state with
            Members =
                Array.map (fun (m: Member) -> if m.Id = next.Id then next else m) state.Members
    }

    /// Changes the member if it is there; `change` says why not, or gives the new one.
    let private update
        (state: ClusterState)
        (id: NodeId)
        (change: Member -> struct (StoreError * Member))
        : struct (StoreError * ClusterState) =
        let known = find state id

        if isNull known then
            struct (StoreError.MemberNotFound, state)
        else
            match change known with
            | struct (StoreError.None, next) -> struct (StoreError.None, replaced state next)
            | struct (error, _) -> struct (error, state)

    let publish (state: ClusterState) (id: NodeId) (name: string) (clientUrls: string[]) =
        update state id (fun known ->
            let next = Member(id, name, known.PeerUrls, clientUrls, known.IsLearner)
            struct (StoreError.None, next))

    /// A removed id stays removed: an addition of it is refused like any other operation on it.
    let add (state: ClusterState) (added: Member) : struct (StoreError * ClusterState) =
        if Array.contains added.Id state.Removed then
            struct (StoreError.MemberNotFound, state)
        elif not (isNull (find state added.Id)) then
            struct (StoreError.MemberExists, state)
        elif isUsed state added.Id added.PeerUrls then
            struct (StoreError.PeerUrlsExist, state)
        else
            let members = Array.append state.Members [| added |]
            Array.sortInPlaceBy (fun (m: Member) -> m.Id) members
            struct (StoreError.None, { state with Members = members })

    let remove (state: ClusterState) (id: NodeId) : struct (StoreError * ClusterState) =
        if isNull (find state id) then
            struct (StoreError.MemberNotFound, state)
        else
            let next = {
                state with
                    Members = Array.filter (fun (m: Member) -> m.Id <> id) state.Members
                    Removed = Array.sort (Array.append state.Removed [| id |])
                    // Its damage went with it.
                    Alarms =
                        Array.filter
                            (fun struct (node, kind) -> node <> id || kind <> AlarmKind.Corrupt)
                            state.Alarms
            }

            struct (StoreError.None, next)

    let promote (state: ClusterState) (id: NodeId) : struct (StoreError * ClusterState) =
        update state id (fun known ->
            if known.IsLearner then
                let next = Member(id, known.Name, known.PeerUrls, known.ClientUrls, false)
                struct (StoreError.None, next)
            else
                struct (StoreError.MemberNotLearner, null))

    /// New peer URLs; a learner stays a learner (M10).
    let updateUrls (state: ClusterState) (id: NodeId) (peerUrls: string[]) =
        update state id (fun known ->
            if isUsed state id peerUrls then
                struct (StoreError.PeerUrlsExist, null)
            else
                let next = Member(id, known.Name, peerUrls, known.ClientUrls, known.IsLearner)
                struct (StoreError.None, next))

    let hasAlarm (state: ClusterState) (kind: AlarmKind) : bool =
        Array.exists (fun struct (_, active) -> active = kind) state.Alarms

    /// Damage that is not said to be a member's stops all of them (N5); that of one member is its own
    /// affair (the host keeps it from serving).
    let isCorrupt (state: ClusterState) : bool =
        let stopsAll (struct (node, kind): struct (NodeId * AlarmKind)) =
            kind = AlarmKind.Corrupt && isNull (find state node)

        Array.exists stopsAll state.Alarms

    let private withoutAlarm (state: ClusterState) (node: NodeId) (kind: AlarmKind) =
        Array.filter (fun struct (n, k) -> n <> node || k <> kind) state.Alarms

    let raiseAlarm (state: ClusterState) (node: NodeId) (kind: AlarmKind) : ClusterState =
        if kind = AlarmKind.None then
            state
        else
            let alarms = Array.append (withoutAlarm state node kind) [| struct (node, kind) |]
            Array.sortInPlaceBy (fun struct (n, k) -> struct (n, int k)) alarms
            { state with Alarms = alarms }

    let clearAlarm (state: ClusterState) (node: NodeId) (kind: AlarmKind) : ClusterState = {
        state with
            Alarms = withoutAlarm state node kind
    }

    /// One downgrade at a time (N10).
    let downgrade (state: ClusterState) (target: string) : struct (StoreError * ClusterState) =
        if target.Length > 0 && state.DowngradeTarget.Length > 0 then
            struct (StoreError.DowngradeInProcess, state)
        elif target.Length = 0 && state.DowngradeTarget.Length = 0 then
            struct (StoreError.NoDowngrade, state)
        else
            struct (StoreError.None, { state with DowngradeTarget = target })
