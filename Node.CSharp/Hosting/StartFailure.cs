// The operating errors that end a start, as one line an operator can act on. Anything else is a bug
// and keeps its stack trace.
using System.Net.Sockets;
using Kv.Node.Discovery;
using Kv.Node.Engine;
using Kv.Node.Options;
using Kv.Node.Ports;
using Microsoft.AspNetCore.Connections;

namespace Kv.Node.Hosting;

/// <summary>Explains why a node could not start or go on.</summary>
internal static class StartFailure
{
    /// <summary>The reason in one line; null if the exception is not an operating error.</summary>
    public static string? Explain(Exception error) =>
        error switch
        {
            OptionsException or DiscoveryException or CorruptMemberException or StorageException or DataDirectoryException => OneLine(error.Message),
            IOException { InnerException: AddressInUseException inner } => OneLine(inner.InnerException?.Message is null
                ? error.Message
                : $"{error.Message.TrimEnd('.')} (is another node running?)"),
            IOException or SocketException or UnauthorizedAccessException => OneLine(error.Message),
            _ => null,
        };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
