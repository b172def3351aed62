// Reads the exceptions of the HTTP stack: in words for the user, and whether the request can have
// reached the server, which decides if a write may be tried elsewhere.

using System;
using System.IO;
using System.Management.Automation;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
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
