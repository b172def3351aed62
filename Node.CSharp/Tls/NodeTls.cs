// TLS of a node, opened before anything else so that a bad file ends the start first.
using Kv.Node.Options;

namespace Kv.Node.Tls;

/// <summary>TLS of both ports.</summary>
/// <param name="Clients">Of the client port; null if it has none.</param>
/// <param name="Peers">Of the peer port; null if it has none.</param>
internal sealed record NodeTls(TlsSource? Clients, TlsSource? Peers)
{
    /// <summary>No TLS at all.</summary>
    public static NodeTls None { get; } = new(null, null);

    /// <summary>Reads the files the options name, and makes the certificates they ask for.</summary>
    /// <exception cref="OptionsException">A file cannot be used.</exception>
    public static NodeTls Open(NodeOptions options, ILogger logger) =>
        new(TlsSource.OfClients(options, logger), TlsSource.OfPeers(options, logger));
}
