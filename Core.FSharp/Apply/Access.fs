// Who may have which command done: decided where the command is, so that what counts are the users and
// roles as of that place in the log. A new command does not compile before it has its row here.
namespace Kv.Core.Apply

open System
open Kv.Core
open Kv.Core.Mvcc
open Kv.Core.Auth

[<RequireQualifiedAccess>]
module internal Access =
    let private nothing = ReadOnlyMemory<byte>.Empty

    /// The first error of the checks, which are made in turn.
    let private firstOf (items: 'T[]) (check: 'T -> StoreError) : StoreError =
        let mutable error = StoreError.None
        let mutable i = 0

        while error = StoreError.None && i < items.Length do
            error <- check items[i]
            i <- i + 1

        error

    let inline private andThen ([<InlineIfLambda>] next: unit -> StoreError) (error: StoreError) =
        if error = StoreError.None then next () else error

    /// Whoever attaches a key to a lease, or ends it, can make the keys it holds go (L12).
    let private leaseWrite (auth: AuthState) (leases: LeaseTree) (caller: Caller) (id: LeaseId) =
        if id = 0L then
            StoreError.None
        else
            firstOf (Leases.keys leases id) (fun key ->
                auth.CheckWrite(caller, ReadOnlyMemory<byte> key, nothing))

    let private put (auth: AuthState) (leases: LeaseTree) (caller: Caller) (request: PutRequest) =
        auth.CheckWrite(caller, request.Key, nothing)
        |> andThen (fun () -> leaseWrite auth leases caller request.Lease)
        |> andThen (fun () ->
            if request.PreviousWanted then
                auth.CheckRead(caller, request.Key, nothing)
            else
                StoreError.None)

    let private delete (auth: AuthState) (caller: Caller) (request: DeleteRequest) =
        auth.CheckWrite(caller, request.Key, request.RangeEnd)
        |> andThen (fun () ->
            if request.PreviousWanted then
                auth.CheckRead(caller, request.Key, request.RangeEnd)
            else
                StoreError.None)

    /// Both branches are checked, nested ones too, whichever will be taken (T13).
    let rec txn (auth: AuthState) (leases: LeaseTree) (caller: Caller) (request: TxnRequest) =
        let operation (operation: Operation) =
            match operation with
            | Operation.Range range -> auth.CheckRead(caller, range.Key, range.RangeEnd)
            | Operation.Put request -> put auth leases caller request
            | Operation.Delete request -> delete auth caller request
            | Operation.Txn nested -> txn auth leases caller nested

        auth.CheckUser caller
        |> andThen (fun () ->
            firstOf request.Compares (fun guard ->
                auth.CheckRead(caller, guard.Key, guard.RangeEnd)))
        |> andThen (fun () -> firstOf request.Success operation)
        |> andThen (fun () -> firstOf request.Failure operation)

    /// What is said to a caller who wants this done; the state is that before the command.
    let check
        (auth: AuthState)
        (leases: LeaseTree)
        (caller: Caller)
        (command: Command)
        : StoreError =
        if not auth.IsEnabled || caller.IsNode then
            StoreError.None
        else
            match command with
            | Command.Put request -> put auth leases caller request
            | Command.DeleteRange request -> delete auth caller request
            | Command.Txn request -> txn auth leases caller request
            | Command.LeaseGrant _ -> auth.CheckUser caller
            | Command.LeaseRevoke id ->
                auth.CheckUser caller |> andThen (fun () -> leaseWrite auth leases caller id)
            | Command.Compact _
            | Command.MemberAdd _
            | Command.MemberRemove _
            | Command.MemberPromote _
            | Command.MemberUpdate _
            | Command.AlarmRaise _
            | Command.AlarmClear _
            | Command.Downgrade _
            | Command.Auth _ -> auth.CheckRoot caller
            // No caller can ask for these: members propose them on their own account. The v2 API has users
            // of its own, which are asked before.
            | Command.LeaseCheckpoint _
            | Command.LeaseExpire _
            | Command.MemberPublish _
            | Command.ClusterVersion _
            | Command.V2Write _
            | Command.V2Expire _
            | Command.TokenIssue _ -> StoreError.None
