using System.Reflection;
using Grpc.Core;
using Kv.Core.Mvcc;
using Kv.Node.Grpc;
using Xunit;

namespace Kv.Node.Tests.Grpc;

/// <summary>The error table, letter for letter: clients compare these texts.</summary>
public sealed class EtcdErrorsTests
{
    private const string Golden = """
        AuthFailed 3 etcdserver: authentication failed, invalid user ID or password
        AuthNotEnabled 9 etcdserver: authentication is not enabled
        AuthOldRevision 3 etcdserver: revision of auth store is old
        BadLeaderTransferee 9 etcdserver: bad leader transferee
        ClusterIdMismatch 9 etcdserver: cluster ID mismatch
        ClusterVersionUnavailable 9 etcdserver: cluster version not found during downgrade
        CommonNameInGateway 3 etcdserver: the common name of a client certificate is not taken for a user name over HTTP; log in instead
        Compacted 11 etcdserver: mvcc: required revision has been compacted
        Corrupt 15 etcdserver: corrupt cluster
        DeadlineExceeded 4 etcdserver: context deadline exceeded
        DowngradeInProcess 9 etcdserver: cluster has a downgrade job in progress
        DuplicateKey 3 etcdserver: duplicate key given in txn request
        ElectionNoLeader 2 election: no leader
        ElectionNotLeader 2 election: not leader
        EmptyKey 3 etcdserver: key is not provided
        FutureRevision 11 etcdserver: mvcc: required revision is a future revision
        InvalidAuthManagement 3 etcdserver: invalid auth management
        InvalidAuthToken 16 etcdserver: invalid auth token
        InvalidClientApiVersion 3 etcdserver: invalid client api version
        InvalidDowngradeTargetVersion 3 etcdserver: invalid downgrade target version
        InvalidSortOption 3 etcdserver: invalid sort option
        KeyNotFound 3 etcdserver: key not found
        LeaderChanged 14 etcdserver: leader changed
        LearnerNotReady 9 etcdserver: can only promote a learner member which is in sync with leader
        LeaseExists 9 etcdserver: lease already exists
        LeaseNotFound 5 etcdserver: requested lease not found
        LeaseProvided 3 etcdserver: lease is provided
        LeaseTtlTooLarge 11 etcdserver: too large lease TTL
        LockSessionExpired 2 mutex: session is expired
        MemberBadUrls 3 etcdserver: given member URLs are invalid
        MemberExists 9 etcdserver: member ID already exist
        MemberNotEnoughStarted 2 etcdserver: re-configuration failed due to not enough started members
        MemberNotFound 5 etcdserver: member not found
        MemberNotLearner 9 etcdserver: can only promote a learner member
        MissingLeaderKey 2 "leader" field must be provided
        NoInflightDowngrade 9 etcdserver: no inflight downgrade job
        NoLeader 14 etcdserver: no leader
        NoPasswordUser 2 auth: authentication failed, password was given for no password user
        NoSpace 8 etcdserver: mvcc: database space exceeded
        NotCapable 9 etcdserver: not capable
        NotLeader 9 etcdserver: not leader
        NotSupportedForLearner 9 etcdserver: rpc not supported for learner
        PasswordTooLong 2 bcrypt: password length exceeds 72 bytes
        PeerUrlExists 9 etcdserver: Peer URLs already exists
        PermissionDenied 7 etcdserver: permission denied
        PermissionNotGiven 3 etcdserver: permission not given
        PermissionNotGranted 9 etcdserver: permission is not granted to the role
        RangeStreamFiltered 12 etcdserver: range stream serves no revision filters
        RangeStreamSorted 12 etcdserver: range stream serves key order only
        RequestCanceled 1 etcdserver: request canceled
        RequestTooLarge 3 etcdserver: request is too large
        RoleEmpty 3 etcdserver: role name is empty
        RoleExists 9 etcdserver: role name already exists
        RoleNotFound 9 etcdserver: role name not found
        RoleNotGranted 9 etcdserver: role is not granted to the user
        RootRoleNotExist 9 etcdserver: root user does not have root role
        RootUserNotExist 9 etcdserver: root user does not exist
        Stopped 14 etcdserver: server stopped
        Timeout 14 etcdserver: request timed out
        TimeoutDueToConnectionLost 14 etcdserver: request timed out, possibly due to connection lost
        TimeoutDueToLeaderFail 14 etcdserver: request timed out, possibly due to previous leader failure
        TimeoutLeaderTransfer 2 etcdserver: request timed out, leader transfer took too long
        TimeoutWaitAppliedIndex 14 etcdserver: request timed out, waiting for the applied index took too long
        TokensOnlyVerified 2 auth: token signing attempted with verify-only key
        TooManyLearners 9 etcdserver: too many learner members in cluster
        TooManyOperations 3 etcdserver: too many operations in txn request
        TooManyRequests 2 etcdserver: too many requests
        Unhealthy 14 etcdserver: unhealthy cluster
        UserEmpty 3 etcdserver: user name is empty
        UserExists 9 etcdserver: user name already exists
        UserNotFound 9 etcdserver: user name not found
        ValueProvided 3 etcdserver: value is provided
        WatchCanceled 1 etcdserver: watch canceled
        WrongDowngradeVersionFormat 3 etcdserver: wrong downgrade target version format
        """;

    [Fact]
    public void The_table_is_etcds()
    {
        var table = typeof(EtcdErrors).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => (property.Name, Error: (EtcdException)property.GetValue(null)!))
            .Select(row => $"{row.Name} {(int)row.Error.Code} {row.Error.Message}");

        Assert.Equal(Golden, string.Join('\n', table));
    }

    [Fact]
    public void Every_error_of_the_store_has_a_text()
    {
        foreach (var error in Enum.GetValues<StoreError>())
        {
            if (error != StoreError.None)
            {
                Assert.DoesNotContain("store error", StoreErrors.ToException(error).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Cancellation_is_passed_on_as_such()
    {
        var error = RpcErrors.TryTranslate(new OperationCanceledException());

        Assert.Equal(StatusCode.Cancelled, error!.StatusCode);
        Assert.Equal("context canceled", error.Status.Detail);
        Assert.Null(RpcErrors.TryTranslate(new InvalidOperationException()));
    }
}
