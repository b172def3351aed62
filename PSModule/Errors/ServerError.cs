// Turns the code and text of a server's refusal into the module's exceptions. etcd distinguishes
// many cases by text alone, so the texts are matched here and nowhere else.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

internal static class ServerError
{
    /// <summary>The exception for a refusal with this status and text.</summary>
    public static KvException ToException(KvStatusCode code, string message, string endpoint) => code switch
    {
        KvStatusCode.Unavailable => Unavailable(message, endpoint),
        KvStatusCode.DeadlineExceeded => new KvTimeoutException(message) { Code = code, Endpoint = endpoint },
        KvStatusCode.Unauthenticated => AuthFailed(code, message, endpoint),
        KvStatusCode.PermissionDenied => new KvAuthorizationException(
            KvErrorId.PermissionDenied, ErrorCategory.PermissionDenied, message)
        { Code = code, Endpoint = endpoint },
        KvStatusCode.OutOfRange when Has(message, "compacted") => new KvRevisionException(
            KvErrorId.RevisionCompacted, message)
        { Endpoint = endpoint, RecommendedAction = "Read without -Revision, or at a newer revision." },
        KvStatusCode.OutOfRange when Has(message, "future revision") => new KvRevisionException(
            KvErrorId.RevisionFuture, message)
        { Endpoint = endpoint },
        KvStatusCode.NotFound when Has(message, "lease") => NotFound(KvErrorId.LeaseNotFound, message, endpoint),
        KvStatusCode.NotFound when Has(message, "member") => NotFound(KvErrorId.MemberNotFound, message, endpoint),
        _ when Has(message, "user name not found") => NotFound(KvErrorId.UserNotFound, message, endpoint),
        _ when Has(message, "role name not found") => NotFound(KvErrorId.RoleNotFound, message, endpoint),
        _ when Limit(code, message, endpoint) is { } limit => limit,
        _ when IsAuthText(message) => AuthFailed(code, message, endpoint),
        _ => new KvRequestException(CategoryOf(code, message), message) { Code = code, Endpoint = endpoint },
    };

    private static KvException Unavailable(string message, string endpoint)
    {
        if (Has(message, "unhealthy cluster"))
        {
            // A refusal, whatever the code says: nothing was changed.
            return new KvRequestException(ErrorCategory.ResourceUnavailable, message)
            {
                Code = KvStatusCode.Unavailable,
                Endpoint = endpoint,
                RecommendedAction = "Members must have been connected for some seconds; try again, and see Get-KvMember.",
            };
        }

        if (Has(message, "timed out"))
        {
            return new KvTimeoutException(message) { Code = KvStatusCode.Unavailable, Endpoint = endpoint };
        }

        return Has(message, "no leader") || Has(message, "leader changed")
            ? new KvConnectionException(KvErrorId.NoLeader, ErrorCategory.ResourceUnavailable, message)
            {
                Code = KvStatusCode.Unavailable,
                Endpoint = endpoint,
                RecommendedAction = "Wait for an election to end; Get-KvMember shows which members answer.",
            }
            : new KvConnectionException(KvErrorId.EndpointUnavailable, ErrorCategory.ConnectionError, message)
            {
                Code = KvStatusCode.Unavailable,
                Endpoint = endpoint,
            };
    }

    private static KvAuthorizationException AuthFailed(KvStatusCode code, string message, string endpoint) =>
        new(KvErrorId.AuthFailed, ErrorCategory.AuthenticationError, message)
        {
            Code = code,
            Endpoint = endpoint,
            EndsCommand = true,
            RecommendedAction = "Connect again with -Credential.",
        };

    private static KvNotFoundException NotFound(string errorId, string message, string endpoint) =>
        new(errorId, message) { Endpoint = endpoint };

    private static KvLimitException? Limit(KvStatusCode code, string message, string endpoint)
    {
        if (Has(message, "database space exceeded"))
        {
            return new KvLimitException(KvErrorId.NoSpace, ErrorCategory.QuotaExceeded, message)
            {
                Code = code,
                Endpoint = endpoint,
                RecommendedAction = "Compact the history and clear the NOSPACE alarm, or raise the quota.",
            };
        }

        if (Has(message, "request is too large") || Has(message, "larger than max"))
        {
            return new KvLimitException(KvErrorId.RequestTooLarge, ErrorCategory.LimitsExceeded, message)
            {
                Code = code,
                Endpoint = endpoint,
            };
        }

        return code == KvStatusCode.ResourceExhausted || Has(message, "too many requests")
            ? new KvLimitException(KvErrorId.TooManyRequests, ErrorCategory.LimitsExceeded, message)
            {
                Code = code,
                Endpoint = endpoint,
            }
            : null;
    }

    private static bool IsAuthText(string message) =>
        Has(message, "authentication failed") || Has(message, "user name is empty")
        || Has(message, "revision of auth store is old");

    private static ErrorCategory CategoryOf(KvStatusCode code, string message) => code switch
    {
        _ when Has(message, "already exists") => ErrorCategory.ResourceExists,
        KvStatusCode.InvalidArgument or KvStatusCode.OutOfRange => ErrorCategory.InvalidArgument,
        KvStatusCode.NotFound => ErrorCategory.ObjectNotFound,
        KvStatusCode.AlreadyExists => ErrorCategory.ResourceExists,
        KvStatusCode.FailedPrecondition or KvStatusCode.Aborted => ErrorCategory.InvalidOperation,
        KvStatusCode.Unimplemented => ErrorCategory.NotImplemented,
        KvStatusCode.DataLoss => ErrorCategory.InvalidData,
        _ => ErrorCategory.NotSpecified,
    };

    private static bool Has(string message, string part) => message.IndexOf(part, StringComparison.Ordinal) >= 0;
}
