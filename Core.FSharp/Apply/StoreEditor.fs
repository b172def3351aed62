// Applying commands to a working copy of the state: one editor for one batch of entries. Every
// command either does all it should or changes nothing but says why.
namespace Kv.Core.Apply

open System
open System.Collections.Generic
open Kv.Core
open Kv.Core.Mvcc
open Kv.Core.V2
open Kv.Core.Auth

/// A working copy of the replicated state. Not shared: one owner, one thread, one batch.
[<Sealed>]
type internal StoreEditor(start: StoreData) =
    let token = EditToken()
    let space = KeyspaceEditor(start.Space, token)
    let plan = TxnPlan()
    let mutable leases = start.Leases
    let mutable cluster = start.Cluster
    let mutable v2: V2Editor = null
    let mutable auth = start.Auth
    let mutable isFull = ClusterState.hasAlarm start.Cluster AlarmKind.NoSpace
    let mutable isCorrupt = ClusterState.isCorrupt start.Cluster

    let empty () : struct (StoreError * Reply) =
        struct (StoreError.None, EmptyReply space.VisibleRevision)

    let refused (error: StoreError) : struct (StoreError * Reply) = struct (error, null)

    let put (request: PutRequest) : PutReply =
        let mutable previous: Row = null
        let row = space.Put(request, &previous)
        let before = if isNull previous then 0L else previous.Lease
        leases <- Leases.move token row.KeyArray before row.Lease leases
        PutReply(space.VisibleRevision, (if request.PreviousWanted then previous else null))

    let deleteRow (row: Row) : unit =
        space.Delete row
        leases <- Leases.move token row.KeyArray row.Lease 0L leases

    let delete (request: DeleteRequest) : DeleteReply =
        let rows = RangeRead.living space.View (KeyRange.Of(request.Key, request.RangeEnd))

        for row in rows do
            deleteRow row

        let previous = if request.PreviousWanted then rows else Array.Empty<Row>()
        DeleteReply(space.VisibleRevision, rows.LongLength, previous)

    let range (request: RangeRequest) : RangeReply =
        let struct (error, reply) = RangeRead.read space.View request
        check "txn.range" (error = StoreError.None) "a checked range failed"
        reply

    /// Does the decided branches. Ranges see the writes before them (T7).
    let rec run (request: TxnRequest) : TxnReply =
        let succeeded = plan.Next()
        let operations = if succeeded then request.Success else request.Failure
        let replies = Array.zeroCreate<Reply> operations.Length

        for i in 0 .. operations.Length - 1 do
            replies[i] <-
                match operations[i] with
                | Operation.Range request -> range request :> Reply
                | Operation.Put request -> put request :> Reply
                | Operation.Delete request -> delete request :> Reply
                | Operation.Txn nested -> run nested :> Reply

        TxnReply(space.VisibleRevision, succeeded, replies)

    let txn (request: TxnRequest) : struct (StoreError * Reply) =
        let view = space.View
        plan.Decide(view, request)

        let error =
            match TxnCheck.puts view leases plan request with
            | StoreError.None -> TxnCheck.ranges view plan request
            | error -> error

        if error <> StoreError.None then
            refused error
        else
            plan.Rewind()
            let reply = run request
            space.Commit()
            struct (StoreError.None, reply)

    let putAlone (request: PutRequest) : struct (StoreError * Reply) =
        match TxnCheck.checkPutAlone space.View leases request with
        | StoreError.None ->
            let reply = put request
            space.Commit()
            struct (StoreError.None, reply)
        | error -> refused error

    let deleteAlone (request: DeleteRequest) : struct (StoreError * Reply) =
        let reply = delete request
        space.Commit()
        struct (StoreError.None, reply)

    let compact (revision: Revision) : struct (StoreError * Reply) =
        match space.Compact revision with
        | StoreError.None -> empty ()
        | error -> refused error

    let grant (id: LeaseId) (ttl: int64) : struct (StoreError * Reply) =
        if id = 0L then
            refused StoreError.LeaseNotFound
        elif Leases.contains leases id then
            refused StoreError.LeaseExists
        else
            leases <- Leases.replace token (Lease(id, ttl, 0L)) leases
            struct (StoreError.None, LeaseReply(space.VisibleRevision, id, ttl))

    /// The keys go in key order, all in one revision (L6).
    let endLease (id: LeaseId) : int =
        let keys = Leases.keys leases id

        for key in keys do
            space.Delete(space.View.Newest(KeySlice key))

        leases <- leases.Remove(token, id)
        space.Commit()
        keys.Length

    let ended (ids: LeaseId[]) (keys: int64) : struct (StoreError * Reply) =
        struct (StoreError.None, LeaseEndReply(space.VisibleRevision, ids, keys))

    let revoke (id: LeaseId) : struct (StoreError * Reply) =
        if not (Leases.contains leases id) then
            refused StoreError.LeaseNotFound
        else
            let keys = endLease id
            ended [| id |] (int64 keys)

    let expire (ids: LeaseId[]) : struct (StoreError * Reply) =
        let mutable keys = 0L
        let here = List<LeaseId>(ids.Length)

        for id in ids do
            if Leases.contains leases id then
                keys <- keys + int64 (endLease id)
                here.Add id

        ended (here.ToArray()) keys

    /// Leases that are gone meanwhile are passed over.
    let checkpoint (ids: LeaseId[]) (remaining: int64[]) : struct (StoreError * Reply) =
        for i in 0 .. ids.Length - 1 do
            let lease = Leases.find leases ids[i]

            if not (isNull lease) then
                leases <- Leases.replace token (Lease(lease.Id, lease.Ttl, remaining[i])) leases

        empty ()

    let take (next: ClusterState) =
        cluster <- next
        isFull <- ClusterState.hasAlarm next AlarmKind.NoSpace
        isCorrupt <- ClusterState.isCorrupt next

    let takeCluster (struct (error, next): struct (StoreError * ClusterState)) =
        take next
        if error = StoreError.None then empty () else refused error

    let takeAlarms (next: ClusterState) : struct (StoreError * Reply) =
        take next
        empty ()

    let v2Editor () : V2Editor =
        if isNull v2 then
            v2 <- V2Editor(start.V2, token)

        v2

    let v2Reply (error: V2Error) (changes: V2Change[]) : struct (StoreError * Reply) =
        let reply = V2Reply(space.VisibleRevision, error, changes, v2.Index)
        struct (StoreError.None, reply)

    let v2Write (request: V2Request) : struct (StoreError * Reply) =
        let struct (error, changes) = v2Editor().Write request
        v2Reply error changes

    let v2Expire (nowNs: int64) : struct (StoreError * Reply) =
        v2Reply null (v2Editor().Expire nowNs)

    let changeAuth (change: AuthChange) : struct (StoreError * Reply) =
        let struct (error, next) = AuthEdit.apply auth change
        auth <- next
        if error = StoreError.None then empty () else refused error

    /// The password must have been compared with the one the user has now (A6).
    let issueToken (user: string) (revision: uint64) (digest: byte[]) =
        if not auth.IsEnabled then
            refused StoreError.AuthNotEnabled
        elif auth.Revision <> revision then
            refused StoreError.AuthOldRevision
        else
            match auth.FindUser user with
            | null -> refused StoreError.UserNotFound
            | found ->
                let reply = TokenReply(space.VisibleRevision, user, found.PasswordHash, digest)
                struct (StoreError.None, reply)

    /// What the active alarms forbid (N3, N5). The v2 tree is none of their business.
    let refusal (command: Command) : StoreError =
        let corrupt = if isCorrupt then StoreError.Corrupt else StoreError.None

        let adding (adds: bool) =
            if isCorrupt then StoreError.Corrupt
            elif isFull && adds then StoreError.NoSpace
            else StoreError.None

        match command with
        | Command.Put _
        | Command.LeaseGrant _ -> adding true
        | Command.Txn request -> adding (isFull && TxnCheck.hasPuts request)
        | Command.DeleteRange _
        | Command.Compact _
        | Command.LeaseRevoke _
        | Command.LeaseExpire _ -> corrupt
        | Command.LeaseCheckpoint _
        | Command.MemberPublish _
        | Command.MemberAdd _
        | Command.MemberRemove _
        | Command.MemberPromote _
        | Command.MemberUpdate _
        | Command.ClusterVersion _
        | Command.AlarmRaise _
        | Command.AlarmClear _
        | Command.V2Write _
        | Command.V2Expire _
        | Command.Downgrade _
        | Command.Auth _
        | Command.TokenIssue _ -> StoreError.None

    let perform (command: Command) : struct (StoreError * Reply) =
        match command with
        | Command.Put request -> putAlone request
        | Command.DeleteRange request -> deleteAlone request
        | Command.Txn request -> txn request
        | Command.Compact revision -> compact revision
        | Command.LeaseGrant(id, ttl) -> grant id ttl
        | Command.LeaseRevoke id -> revoke id
        | Command.LeaseExpire ids -> expire ids
        | Command.LeaseCheckpoint(ids, remaining) -> checkpoint ids remaining
        | Command.MemberPublish(id, name, urls) ->
            takeCluster (ClusterState.publish cluster id name urls)
        | Command.MemberAdd added -> takeCluster (ClusterState.add cluster added)
        | Command.MemberRemove id -> takeCluster (ClusterState.remove cluster id)
        | Command.MemberPromote id -> takeCluster (ClusterState.promote cluster id)
        | Command.MemberUpdate(id, urls) -> takeCluster (ClusterState.updateUrls cluster id urls)
        | Command.ClusterVersion version ->
            takeCluster (struct (StoreError.None, { cluster with Version = version }))
        | Command.AlarmRaise(node, kind) -> takeAlarms (ClusterState.raiseAlarm cluster node kind)
        | Command.AlarmClear(node, kind) -> takeAlarms (ClusterState.clearAlarm cluster node kind)
        | Command.V2Write request -> v2Write request
        | Command.V2Expire nowNs -> v2Expire nowNs
        | Command.Downgrade target -> takeCluster (ClusterState.downgrade cluster target)
        | Command.Auth change -> changeAuth change
        | Command.TokenIssue(user, revision, digest) -> issueToken user revision digest

    /// The store's revision now.
    member _.Revision = space.VisibleRevision

    /// Does the command, or says why not: then nothing has changed, and the reply is null. Who may is
    /// asked before anything else, whatever alarms are on.
    member _.Apply(command: Command, caller: Caller) : struct (StoreError * Reply) =
        match Access.check auth leases caller command with
        | StoreError.None ->
            match refusal command with
            | StoreError.None -> perform command
            | error -> refused error
        | error -> refused error

    /// The state after all that was applied. The editor must not be used any more.
    member _.Seal() : StoreData = {
        start with
            Space = space.Seal()
            Leases = leases
            Cluster = cluster
            V2 = if isNull v2 then start.V2 else v2.Seal()
            Auth = auth
    }
