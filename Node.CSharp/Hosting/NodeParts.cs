// Puts a node's parts together: engine, peer port and client port, each a web application of its own,
// so that neither port serves what belongs to the other.
using Kv.Node.Engine;
using Kv.Node.Http;
using Kv.Node.Listeners;
using Kv.Node.Options;
using Kv.Node.Peers;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kv.Node.Hosting;

/// <summary>The parts of a running node.</summary>
internal sealed class NodeParts : IAsyncDisposable
{
    private readonly WebApplication _clients;
    private readonly WebApplication _peers;
    private readonly PeerTransport _network;
    private readonly IReadOnlyList<DualPort> _clientPorts;

    private NodeParts(
        NodeEngine engine,
        PeerTransport network,
        WebApplication peers,
        WebApplication clients,
        IReadOnlyList<DualPort> clientPorts) =>
        (Engine, _network, _peers, _clients, _clientPorts) = (engine, network, peers, clients, clientPorts);

    public NodeEngine Engine { get; }

    /// <summary>Where clients are served, for the log.</summary>
    public string ClientAddresses => string.Join(", ", _clientPorts.Select(p => $"http://{p.Address}"));
}
