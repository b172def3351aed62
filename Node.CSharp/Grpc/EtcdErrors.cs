// etcd's error table (etcd-facts §2.1): the only place where codes and texts are written. Clients
// recognise errors by the full text, so a changed letter is a broken client.
using Grpc.Core;

namespace Kv.Node.Grpc;

/// <summary>One new exception for each error a client can be given.</summary>
internal static class EtcdErrors
{
    public static EtcdException EmptyKey => Invalid("etcdserver: key is not provided");

    public static EtcdException KeyNotFound => Invalid("etcdserver: key not found");

    public static EtcdException ValueProvided => Invalid("etcdserver: value is provided");

    public static EtcdException LeaseProvided => Invalid("etcdserver: lease is provided");

    public static EtcdException TooManyOperations => Invalid("etcdserver: too many operations in txn request");

    public static EtcdException DuplicateKey => Invalid("etcdserver: duplicate key given in txn request");

    public static EtcdException InvalidClientApiVersion => Invalid("etcdserver: invalid client api version");

    public static EtcdException InvalidSortOption => Invalid("etcdserver: invalid sort option");

    public static EtcdException MemberBadUrls => Invalid("etcdserver: given member URLs are invalid");

    public static EtcdException RequestTooLarge => Invalid("etcdserver: request is too large");

    public static EtcdException UserEmpty => Invalid("etcdserver: user name is empty");

    public static EtcdException RoleEmpty => Invalid("etcdserver: role name is empty");

    public static EtcdException AuthFailed =>
        Invalid("etcdserver: authentication failed, invalid user ID or password");

    public static EtcdException PermissionNotGiven => Invalid("etcdserver: permission not given");

    public static EtcdException InvalidAuthManagement => Invalid("etcdserver: invalid auth management");

    public static EtcdException AuthOldRevision => Invalid("etcdserver: revision of auth store is old");

    public static EtcdException WrongDowngradeVersionFormat =>
        Invalid("etcdserver: wrong downgrade target version format");

    public static EtcdException InvalidDowngradeTargetVersion =>
        Invalid("etcdserver: invalid downgrade target version");

    public static EtcdException Compacted =>
        new(StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted");

    public static EtcdException FutureRevision =>
        new(StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision");

    public static EtcdException LeaseTtlTooLarge => new(StatusCode.OutOfRange, "etcdserver: too large lease TTL");

    public static EtcdException NoSpace =>
        new(StatusCode.ResourceExhausted, "etcdserver: mvcc: database space exceeded");

    /// <summary>Declared as ResourceExhausted, but etcd's server sends it as Unknown (§2.2).</summary>
    public static EtcdException TooManyRequests => new(StatusCode.Unknown, "etcdserver: too many requests");

    public static EtcdException LeaseNotFound => new(StatusCode.NotFound, "etcdserver: requested lease not found");

    public static EtcdException MemberNotFound => new(StatusCode.NotFound, "etcdserver: member not found");

    public static EtcdException LeaseExists => Failed("etcdserver: lease already exists");

    public static EtcdException MemberExists => Failed("etcdserver: member ID already exist");

    public static EtcdException PeerUrlExists => Failed("etcdserver: Peer URLs already exists");

    /// <summary>Declared as FailedPrecondition, but etcd's server sends it as Unknown (§2.2).</summary>
    public static EtcdException MemberNotEnoughStarted => new(
        StatusCode.Unknown,
        "etcdserver: re-configuration failed due to not enough started members");

    public static EtcdException MemberNotLearner => Failed("etcdserver: can only promote a learner member");

    public static EtcdException LearnerNotReady =>
        Failed("etcdserver: can only promote a learner member which is in sync with leader");

    public static EtcdException TooManyLearners => Failed("etcdserver: too many learner members in cluster");

    public static EtcdException ClusterIdMismatch => Failed("etcdserver: cluster ID mismatch");

    public static EtcdException RootUserNotExist => Failed("etcdserver: root user does not exist");

    public static EtcdException RootRoleNotExist => Failed("etcdserver: root user does not have root role");

    public static EtcdException UserExists => Failed("etcdserver: user name already exists");

    public static EtcdException UserNotFound => Failed("etcdserver: user name not found");

    public static EtcdException RoleExists => Failed("etcdserver: role name already exists");

    public static EtcdException RoleNotFound => Failed("etcdserver: role name not found");

    public static EtcdException RoleNotGranted => Failed("etcdserver: role is not granted to the user");

    public static EtcdException PermissionNotGranted => Failed("etcdserver: permission is not granted to the role");

    public static EtcdException AuthNotEnabled => Failed("etcdserver: authentication is not enabled");

    public static EtcdException NotLeader => Failed("etcdserver: not leader");

    public static EtcdException NotCapable => Failed("etcdserver: not capable");

    public static EtcdException NotSupportedForLearner => Failed("etcdserver: rpc not supported for learner");

    public static EtcdException BadLeaderTransferee => Failed("etcdserver: bad leader transferee");

    public static EtcdException ClusterVersionUnavailable =>
        Failed("etcdserver: cluster version not found during downgrade");

    public static EtcdException DowngradeInProcess => Failed("etcdserver: cluster has a downgrade job in progress");

    public static EtcdException NoInflightDowngrade => Failed("etcdserver: no inflight downgrade job");

    public static EtcdException PermissionDenied =>
        new(StatusCode.PermissionDenied, "etcdserver: permission denied");

    public static EtcdException InvalidAuthToken =>
        new(StatusCode.Unauthenticated, "etcdserver: invalid auth token");

    public static EtcdException NoLeader => Unavailable("etcdserver: no leader");

    public static EtcdException LeaderChanged => Unavailable("etcdserver: leader changed");

    public static EtcdException Stopped => Unavailable("etcdserver: server stopped");

    public static EtcdException Timeout => Unavailable("etcdserver: request timed out");

    public static EtcdException TimeoutDueToLeaderFail =>
        Unavailable("etcdserver: request timed out, possibly due to previous leader failure");

    public static EtcdException TimeoutDueToConnectionLost =>
        Unavailable("etcdserver: request timed out, possibly due to connection lost");

    public static EtcdException TimeoutWaitAppliedIndex =>
        Unavailable("etcdserver: request timed out, waiting for the applied index took too long");

    public static EtcdException Unhealthy => Unavailable("etcdserver: unhealthy cluster");

    public static EtcdException Corrupt => new(StatusCode.DataLoss, "etcdserver: corrupt cluster");

    public static EtcdException WatchCanceled => new(StatusCode.Cancelled, "etcdserver: watch canceled");

    public static EtcdException RequestCanceled => new(StatusCode.Cancelled, "etcdserver: request canceled");

    public static EtcdException DeadlineExceeded =>
        new(StatusCode.DeadlineExceeded, "etcdserver: context deadline exceeded");

    /// <summary>Not in etcd's table, hence Unknown (§2.2).</summary>
    public static EtcdException TimeoutLeaderTransfer =>
        Unmapped("etcdserver: request timed out, leader transfer took too long");

    public static EtcdException NoPasswordUser =>
        Unmapped("auth: authentication failed, password was given for no password user");

    public static EtcdException PasswordTooLong => Unmapped("bcrypt: password length exceeds 72 bytes");

    public static EtcdException TokensOnlyVerified => Unmapped("auth: token signing attempted with verify-only key");

    public static EtcdException CommonNameInGateway => Invalid(
        "etcdserver: the common name of a client certificate is not taken for a user name over HTTP; log in instead");

    public static EtcdException LockSessionExpired => Unmapped("mutex: session is expired");

    public static EtcdException ElectionNoLeader => Unmapped("election: no leader");

    public static EtcdException ElectionNotLeader => Unmapped("election: not leader");

    public static EtcdException MissingLeaderKey => Unmapped("\"leader\" field must be provided");

    public static EtcdException RangeStreamSorted =>
        new(StatusCode.Unimplemented, "etcdserver: range stream serves key order only");

    public static EtcdException RangeStreamFiltered =>
        new(StatusCode.Unimplemented, "etcdserver: range stream serves no revision filters");

    private static EtcdException Unmapped(string message) => new(StatusCode.Unknown, message);

    private static EtcdException Invalid(string message) => new(StatusCode.InvalidArgument, message);

    private static EtcdException Failed(string message) => new(StatusCode.FailedPrecondition, message);

    private static EtcdException Unavailable(string message) => new(StatusCode.Unavailable, message);
}
