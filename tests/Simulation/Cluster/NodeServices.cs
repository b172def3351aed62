// What a serving node does for clients: the handlers of its services, without the sockets before them.
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Watch;

namespace Kv.Simulation.Cluster;

/// <summary>The services of one process.</summary>
internal sealed class NodeServices
{
    public NodeServices(SimMember member, Life life, NodeEngine engine, NodeOptions options, HostPorts host)
    {
        (Member, Life, Engine) = (member, life, engine);
        Headers = new ResponseHeaders(engine);
        Kv = new KvCalls(engine, Headers, options);
        Leases = new LeaseCalls(engine, Headers);
        WatchSettings = WatchSettings.Of(options) with { PendingRowsMax = 16, SliceRows = 8 };
        Hub = new WatchHub(() => engine.State, WatchSettings, host, engine.OnFault);
        engine.Published += Hub.Publish;
        Hub.Start();
    }

    public SimMember Member { get; }

    public Life Life { get; }

    public NodeEngine Engine { get; }

    public ResponseHeaders Headers { get; }

    public KvCalls Kv { get; }

    public LeaseCalls Leases { get; }

    public WatchSettings WatchSettings { get; }

    public WatchHub Hub { get; }
}
