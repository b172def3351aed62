// Opens the data directory: recovers what is there, or makes a new one from the initial cluster.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Wal;

namespace Kv.Node.Engine;

/// <summary>The node's durable parts, and what they held at the start.</summary>
internal sealed class NodeStorage : IDisposable
{
    private readonly IDisposable _lock;

    private NodeStorage(IDisposable directoryLock) => _lock = directoryLock;

    public required WalIdentity Identity { get; init; }

    public required WriteAheadLog Log { get; init; }

    public required SnapshotStore Snapshots { get; init; }

    public required StoreState State { get; init; }

    /// <summary>Size of the snapshot the state came from, bytes.</summary>
    public required long SnapshotBytes { get; init; }

    public required HardState HardState { get; init; }

    public required Entry[] Entries { get; init; }
}
