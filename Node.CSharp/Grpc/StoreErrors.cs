// From the store's error values to etcd's errors.
using Grpc.Core;
using Kv.Core.Apply;
using Kv.Core.Mvcc;

namespace Kv.Node.Grpc;

/// <summary>Translation of <see cref="StoreError"/>.</summary>
internal static class StoreErrors
{
    /// <summary>Throws unless the error is none.</summary>
    public static void ThrowIfAny(StoreError error)
    {
        if (error != StoreError.None)
        {
            throw ToException(error);
        }
    }

    /// <summary>The reply of a command, if it succeeded.</summary>
    /// <exception cref="EtcdException">It did not.</exception>
    public static TReply ReplyOrThrow<TReply>(this Outcome outcome)
        where TReply : Reply
    {
        ThrowIfAny(outcome.Error);
        return (TReply)outcome.Reply;
    }

    /// <summary>What the client is told.</summary>
    public static EtcdException ToException(StoreError error) => error switch
    {
        StoreError.KeyNotFound => EtcdErrors.KeyNotFound,
        StoreError.Compacted => EtcdErrors.Compacted,
        StoreError.FutureRevision => EtcdErrors.FutureRevision,
        StoreError.LeaseNotFound => EtcdErrors.LeaseNotFound,
        StoreError.LeaseExists => EtcdErrors.LeaseExists,
        StoreError.MemberNotFound => EtcdErrors.MemberNotFound,
        StoreError.MemberExists => EtcdErrors.MemberExists,
        StoreError.PeerUrlsExist => EtcdErrors.PeerUrlExists,
        StoreError.MemberNotLearner => EtcdErrors.MemberNotLearner,
        StoreError.NoSpace => EtcdErrors.NoSpace,
        StoreError.Corrupt => EtcdErrors.Corrupt,
        StoreError.UserEmpty => EtcdErrors.UserEmpty,
        StoreError.PermissionDenied => EtcdErrors.PermissionDenied,
        StoreError.AuthOldRevision => EtcdErrors.AuthOldRevision,
        StoreError.UserExists => EtcdErrors.UserExists,
        StoreError.UserNotFound => EtcdErrors.UserNotFound,
        StoreError.RoleEmpty => EtcdErrors.RoleEmpty,
        StoreError.RoleExists => EtcdErrors.RoleExists,
        StoreError.RoleNotFound => EtcdErrors.RoleNotFound,
        StoreError.RoleNotGranted => EtcdErrors.RoleNotGranted,
        StoreError.PermissionNotGranted => EtcdErrors.PermissionNotGranted,
        StoreError.InvalidAuthManagement => EtcdErrors.InvalidAuthManagement,
        StoreError.RootUserMissing => EtcdErrors.RootUserNotExist,
        StoreError.RootRoleMissing => EtcdErrors.RootRoleNotExist,
        StoreError.AuthNotEnabled => EtcdErrors.AuthNotEnabled,
        StoreError.DowngradeInProcess => EtcdErrors.DowngradeInProcess,
        StoreError.NoDowngrade => EtcdErrors.NoInflightDowngrade,
        StoreError.Malformed => new EtcdException(StatusCode.Internal, "etcdserver: malformed log entry"),
        _ => new EtcdException(StatusCode.Unknown, $"etcdserver: store error {(int)error}"),
    };
}
