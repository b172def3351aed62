// What a log entry can carry. Tags are explicit and never reused: an entry written by an old
// release must mean the same for ever.
namespace Kv.Core.Apply

open System
open Kv.Core
open Kv.Core.Mvcc
open Kv.Core.V2
open Kv.Core.Auth

/// A member of the cluster as the replicated state knows it.
[<Sealed; AllowNullLiteral>]
type Member(id: NodeId, name: string, peerUrls: string[], clientUrls: string[], isLearner: bool) =
    member _.Id = id
    /// Empty until the member has started and published itself.
    member _.Name = name
    member _.PeerUrls = peerUrls
    member _.ClientUrls = clientUrls
    member _.IsLearner = isLearner

/// A lease: keys attached to it are deleted when it ends. Time itself is the leader's business.
[<Sealed; AllowNullLiteral>]
type Lease(id: LeaseId, ttl: int64, remainingTtl: int64) =
    member _.Id = id
    /// Granted time to live, seconds.
    member _.Ttl = ttl
    /// Seconds left at the last checkpoint; 0 if none was made.
    member _.RemainingTtl = remainingTtl

type AlarmKind =
    | None = 0
    | NoSpace = 1
    | Corrupt = 2

/// A change of the replicated state.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Command =
    | Put of Request: PutRequest
    | DeleteRange of Request: DeleteRequest
    | Txn of Request: TxnRequest
    | Compact of Revision: Revision
    | LeaseGrant of Id: LeaseId * Ttl: int64
    | LeaseRevoke of Id: LeaseId
    /// The leader's account of how long leases still have (seconds).
    | LeaseCheckpoint of Ids: LeaseId[] * RemainingTtls: int64[]
    /// The leader's verdict on leases whose time is over: each is revoked in turn, in a revision of
    /// its own; those that are gone meanwhile are passed over.
    | LeaseExpire of Ids: LeaseId[]
    /// A member says who it is, once it has started.
    | MemberPublish of Id: NodeId * Name: string * ClientUrls: string[]
    /// Travels with a configuration entry.
    | MemberAdd of Member: Member
    | MemberRemove of Id: NodeId
    | MemberPromote of Id: NodeId
    | MemberUpdate of Id: NodeId * PeerUrls: string[]
    | ClusterVersion of Version: string
    | AlarmRaise of Member: NodeId * Kind: AlarmKind
    | AlarmClear of Member: NodeId * Kind: AlarmKind
    | V2Write of Request: V2Request
    /// Ends what is over in the v2 tree by the leader's clock, nanoseconds since 1970.
    | V2Expire of NowNs: int64
    /// The cluster is to go back to a version, or, with none, it is not any more.
    | Downgrade of Target: string
    | Auth of Change: AuthChange
    /// A user's password was found right while the users were as of `Revision`; whoever brings a token
    /// with this digest is that user.
    | TokenIssue of User: string * Revision: uint64 * Digest: byte[]
