using Kv.Core.Apply;
using Kv.Core.Raft;

namespace Kv.Node.Engine;

/// <summary>The running node as its services see it: propose, read, look.</summary>
internal sealed partial class NodeEngine
{
    public ulong MemberId { get; }

    public ulong ClusterId { get; }

    /// <summary>The newest applied state; one volatile read.</summary>
    public StoreState State => throw new NotImplementedException();

    /// <summary>The Raft status as of the last turn of the loop.</summary>
    public RaftStatus Raft => throw new NotImplementedException();

    /// <summary>Proposes a command and waits until it is applied here. <see cref="State"/> then
    /// contains it.</summary>
    /// <exception cref="Grpc.EtcdException">Too large, too many requests, timed out, stopped.</exception>
    public ValueTask<Outcome> ProposeAsync(Command command, CancellationToken token) =>
        throw new NotImplementedException();

    /// <summary>A state at least as new as every write acknowledged before this call (ReadIndex).</summary>
    /// <exception cref="Grpc.EtcdException">No leader, timed out, stopped.</exception>
    public ValueTask<StoreState> ReadAsync(CancellationToken token) => throw new NotImplementedException();

    /// <summary>Leases as the leader times them; calls reach the leader wherever it is.</summary>
    public LeaseKeeper Leases => throw new NotImplementedException();

    /// <summary>Raised on the applier thread after a new state was published.</summary>
    public event Action<StoreState> Published { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }
}
