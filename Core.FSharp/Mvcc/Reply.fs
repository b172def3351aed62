// What the store answers. Errors are values: a code here, etcd's text in the host's table.
namespace Kv.Core.Mvcc

open Kv.Core

/// Why a command or a read failed (etcd-facts §2.1).
type StoreError =
    | None = 0
    | KeyNotFound = 1
    | Compacted = 2
    | FutureRevision = 3
    | LeaseNotFound = 4
    | LeaseExists = 5
    | MemberNotFound = 6
    | MemberExists = 7
    | PeerUrlsExist = 8
    | MemberNotLearner = 9
    /// The entry could not be decoded; it was skipped on every member alike.
    | Malformed = 10
    | NoSpace = 11
    | Corrupt = 12
    /// Authentication is on, and the caller is nobody; or a user was to be made without a name.
    | UserEmpty = 13
    | PermissionDenied = 14
    /// Users have changed since the caller made himself known.
    | AuthOldRevision = 15
    | UserExists = 16
    | UserNotFound = 17
    | RoleEmpty = 18
    | RoleExists = 19
    | RoleNotFound = 20
    | RoleNotGranted = 21
    | PermissionNotGranted = 22
    | InvalidAuthManagement = 23
    | RootUserMissing = 24
    | RootRoleMissing = 25
    | AuthNotEnabled = 26
    | DowngradeInProcess = 27
    | NoDowngrade = 28

/// The base of all replies.
[<AbstractClass; AllowNullLiteral>]
type Reply(revision: Revision) =
    /// The store's revision after the operation (for an operation inside a transaction: so far).
    member _.Revision = revision

/// Nothing to say but the revision.
[<Sealed; AllowNullLiteral>]
type EmptyReply(revision: Revision) =
    inherit Reply(revision)

[<Sealed; AllowNullLiteral>]
type RangeReply(revision: Revision, rows: Row[], count: int64, more: bool) =
    inherit Reply(revision)
    member _.Rows = rows
    /// Keys in the interval at that revision, whatever the limit and the revision filters (R3).
    member _.Count = count
    /// The limit cut the result (R4).
    member _.More = more

[<Sealed; AllowNullLiteral>]
type PutReply(revision: Revision, previous: Row) =
    inherit Reply(revision)
    /// The row replaced, if wanted and there was one, else null.
    member _.Previous = previous

[<Sealed; AllowNullLiteral>]
type DeleteReply(revision: Revision, deleted: int64, previous: Row[]) =
    inherit Reply(revision)
    member _.Deleted = deleted
    /// The rows deleted in key order, if wanted, else empty.
    member _.Previous = previous

[<Sealed; AllowNullLiteral>]
type TxnReply(revision: Revision, succeeded: bool, replies: Reply[]) =
    inherit Reply(revision)
    member _.Succeeded = succeeded
    /// One for each operation of the branch taken, in order.
    member _.Replies = replies

/// Leases came to their end.
[<Sealed; AllowNullLiteral>]
type LeaseEndReply(revision: Revision, ids: LeaseId[], keysDeleted: int64) =
    inherit Reply(revision)
    /// Those that were there and are gone now.
    member _.Ids = ids
    /// Keys that went with them.
    member _.KeysDeleted = keysDeleted

[<Sealed; AllowNullLiteral>]
type LeaseReply(revision: Revision, id: LeaseId, ttl: int64) =
    inherit Reply(revision)
    member _.Id = id
    /// Granted time to live, seconds.
    member _.Ttl = ttl

/// A user was given a token, of which only a digest is known to the log.
[<Sealed; AllowNullLiteral>]
type TokenReply(revision: Revision, user: string, passwordHash: string, digest: byte[]) =
    inherit Reply(revision)
    member _.User = user
    /// Of the password the user has at that place in the log.
    member _.PasswordHash = passwordHash
    member _.Digest = digest
