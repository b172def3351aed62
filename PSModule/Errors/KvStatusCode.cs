// The status numbers etcd's servers answer with, so that scripts can compare a failure's code
// without a gRPC package in the shell.

namespace Kv.PowerShell.Errors;

/// <summary>The gRPC status a request ended with.</summary>
public enum KvStatusCode
{
    /// <summary>No error.</summary>
    Ok = 0,

    /// <summary>The request was cancelled.</summary>
    Canceled = 1,

    /// <summary>An error without a status of its own.</summary>
    Unknown = 2,

    /// <summary>The request cannot be right in any state of the store.</summary>
    InvalidArgument = 3,

    /// <summary>The time allowed ran out.</summary>
    DeadlineExceeded = 4,

    /// <summary>The lease, member or key named does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The user may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or limit is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The store is not in the state this request needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The request was given up because of a concurrent one.</summary>
    Aborted = 10,

    /// <summary>The revision asked for is compacted or not yet there.</summary>
    OutOfRange = 11,

    /// <summary>The server does not offer this call.</summary>
    Unimplemented = 12,

    /// <summary>The server broke one of its own rules.</summary>
    Internal = 13,

    /// <summary>The server cannot serve now: no leader, stopping, or not reachable.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or is damaged.</summary>
    DataLoss = 15,

    /// <summary>No valid credentials came with the request.</summary>
    Unauthenticated = 16,
}
