// Deciding a transaction before it changes anything: which branches are taken (all guards,
// nested ones too, look at the state before any write: T6), and whether every operation on the
// way can succeed. After that, applying it cannot fail half-way.
namespace Kv.Core.Apply

open System.Collections.Generic
open Kv.Core
open Kv.Core.Mvcc

/// The branches of one transaction and the transactions nested in it, in the order in which they
/// are come upon. Can be used again.
[<Sealed>]
type internal TxnPlan() =
    let branches = List<bool>()
    let mutable at = 0

    let rec choose (view: KeyspaceView) (request: TxnRequest) : unit =
        let succeeded = CompareEval.allHold view request.Compares
        branches.Add succeeded

        for operation in (if succeeded then request.Success else request.Failure) do
            match operation with
            | Operation.Txn nested -> choose view nested
            | Operation.Range _
            | Operation.Put _
            | Operation.Delete _ -> ()

    /// Decides all branches.
    member _.Decide(view: KeyspaceView, request: TxnRequest) : unit =
        branches.Clear()
        at <- 0
        choose view request

    /// Starts a walk over the transaction.
    member _.Rewind() : unit = at <- 0

    /// Whether the transaction come upon next takes its success branch.
    member _.Next() : bool =
        at <- at + 1
        branches[at - 1]

    /// The operations the transaction come upon next does.
    member this.NextOperations(request: TxnRequest) : Operation[] =
        if this.Next() then request.Success else request.Failure

[<RequireQualifiedAccess>]
module internal TxnCheck =
    let rec private firstError
        (plan: TxnPlan)
        (request: TxnRequest)
        (test: Operation -> StoreError)
        : StoreError =
        let operations = plan.NextOperations request
        let mutable error = StoreError.None
        let mutable i = 0

        while error = StoreError.None && i < operations.Length do
            error <-
                match operations[i] with
                | Operation.Txn nested -> firstError plan nested test
                | Operation.Range _
                | Operation.Put _
                | Operation.Delete _ -> test operations[i]

            i <- i + 1

        error

    /// In a transaction a negative revision is compacted, not "the newest" (T11); but that -1 is
    /// not below -1, while nothing was compacted.
    let private checkRange (view: KeyspaceView) (request: RangeRequest) : StoreError =
        if request.Revision = 0L then
            StoreError.None
        elif request.Revision > view.Revision then
            StoreError.FutureRevision
        elif request.Revision < view.CompactRevision then
            StoreError.Compacted
        else
            StoreError.None

    /// The key whose value or lease the put keeps exists.
    let private findsKey (view: KeyspaceView) (request: PutRequest) : bool =
        not (request.IgnoreValue || request.IgnoreLease)
        || not (isNull (view.Newest(KeySlice.Of request.Key)))

    let private findsLease (leases: LeaseTree) (request: PutRequest) : bool =
        request.Lease = 0L || Leases.contains leases request.Lease

    /// Whether a put in a transaction can be done.
    let private checkPut
        (view: KeyspaceView)
        (leases: LeaseTree)
        (request: PutRequest)
        : StoreError =
        if not (findsKey view request) then
            StoreError.KeyNotFound
        elif not (findsLease leases request) then
            StoreError.LeaseNotFound
        else
            StoreError.None

    /// Whether a put alone can be done: of two errors it reports the other one, as in etcd.
    let checkPutAlone (view: KeyspaceView) (leases: LeaseTree) (request: PutRequest) : StoreError =
        if not (findsLease leases request) then
            StoreError.LeaseNotFound
        elif not (findsKey view request) then
            StoreError.KeyNotFound
        else
            StoreError.None

    /// The first range of the decided branches that cannot be read.
    let ranges (view: KeyspaceView) (plan: TxnPlan) (request: TxnRequest) : StoreError =
        plan.Rewind()

        firstError plan request (fun operation ->
            match operation with
            | Operation.Range range -> checkRange view range
            | Operation.Put _
            | Operation.Delete _
            | Operation.Txn _ -> StoreError.None)

    /// The first put of the decided branches that cannot be done.
    let puts (view: KeyspaceView) (leases: LeaseTree) (plan: TxnPlan) (request: TxnRequest) =
        plan.Rewind()

        firstError plan request (fun operation ->
            match operation with
            | Operation.Put put -> checkPut view leases put
            | Operation.Range _
            | Operation.Delete _
            | Operation.Txn _ -> StoreError.None)

    let rec private anyPut (operations: Operation[]) : bool =
        Array.exists
            (fun operation ->
                match operation with
                | Operation.Put _ -> true
                | Operation.Range _
                | Operation.Delete _ -> false
                | Operation.Txn nested -> anyPut nested.Success || anyPut nested.Failure)
            operations

    /// Whether either branch, or a nested one, may add data.
    let hasPuts (request: TxnRequest) : bool =
        anyPut request.Success || anyPut request.Failure

/// Transactions that only read.
[<RequireQualifiedAccess>]
module internal TxnRead =
    let rec private run (view: KeyspaceView) (plan: TxnPlan) (request: TxnRequest) : TxnReply =
        let succeeded = plan.Next()
        let operations = if succeeded then request.Success else request.Failure
        let replies = Array.zeroCreate<Reply> operations.Length

        for i in 0 .. operations.Length - 1 do
            replies[i] <-
                match operations[i] with
                | Operation.Range range ->
                    let struct (error, reply) = RangeRead.read view range
                    check "txn.range" (error = StoreError.None) "a checked range failed"
                    reply :> Reply
                | Operation.Txn nested -> run view plan nested :> Reply
                | Operation.Put _
                | Operation.Delete _ -> broken "txn.read" "a write in a transaction that only reads"

        TxnReply(view.Revision, succeeded, replies)

    /// Evaluates a transaction without writes; an error comes with a null reply.
    let evaluate (view: KeyspaceView) (request: TxnRequest) : struct (StoreError * TxnReply) =
        let plan = TxnPlan()
        plan.Decide(view, request)
        let error = TxnCheck.ranges view plan request

        if error <> StoreError.None then
            struct (error, null)
        else
            plan.Rewind()
            struct (StoreError.None, run view plan request)
