// Reads the exceptions of the HTTP stack: in words for the user, and whether the request can have
// reached the server, which decides if a write may be tried elsewhere.

using System;
using System.IO;
using System.Management.Automation;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Tasks;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal static class TransportError
{
    public static bool Is(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or ObjectDisposedException;

    public static KvConnectionException ToException(Exception exception, KvEndpoint endpoint)
    {
        var cause = Innermost(exception);
        return new KvConnectionException(
            KvErrorId.EndpointUnavailable,
            ErrorCategory.ConnectionError,
            $"{endpoint.Text}: {Describe(cause)}",
            exception)
        {
            Code = KvStatusCode.Unavailable,
            Endpoint = endpoint.Text,
            NotSent = IsNotSent(cause),
        };
    }

    /// <summary>Does something with one endpoint.</summary>
    /// <param name="endpoint">What is talked to; it has to prove itself again if this fails.</param>
    /// <param name="call">Its Stop passes through; every other cancellation is the end of the time.</param>
    /// <param name="late">What is said when the time is over.</param>
    /// <param name="act">What is done.</param>
    /// <exception cref="KvTimeoutException">The time is over.</exception>
    /// <exception cref="KvConnectionException">The connection failed.</exception>
    public static async Task<T> GuardAsync<T>(KvEndpoint endpoint, KvCall call, string late, Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Exception exception) when (!call.Stop.IsCancellationRequested
            && (exception is OperationCanceledException || Is(exception)))
        {
            endpoint.Proven = false;
            throw exception is OperationCanceledException
                ? new KvTimeoutException(late) { Code = KvStatusCode.DeadlineExceeded, Endpoint = endpoint.Text }
                : ToException(exception, endpoint);
        }
    }

    private static Exception Innermost(Exception exception)
    {
        var current = exception;
        while (current.InnerException is { } inner && current is not AuthenticationException)
        {
            current = inner;
        }

        return current;
    }

    private static string Describe(Exception cause) => cause switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "no answer to the connection attempt",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain } => "unknown host",
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => "connection lost",
        _ => cause.Message.TrimEnd('.'),
    };

    private static bool IsNotSent(Exception cause) => cause is AuthenticationException or SocketException
    {
        SocketErrorCode: SocketError.ConnectionRefused or SocketError.TimedOut or SocketError.HostNotFound
            or SocketError.TryAgain or SocketError.HostUnreachable or SocketError.NetworkUnreachable
            or SocketError.HostDown or SocketError.NetworkDown or SocketError.AddressNotAvailable,
    };
}
