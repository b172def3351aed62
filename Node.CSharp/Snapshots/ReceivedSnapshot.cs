// A snapshot that came from a peer, complete and checked, under a temporary name until it is wanted.
using Kv.Core.Apply;
using Kv.Core.Raft;

namespace Kv.Node.Snapshots;

/// <summary>A received snapshot: commit it or discard it.</summary>
internal sealed class ReceivedSnapshot
{
    private readonly SnapshotStore _store;
    private readonly string _temporary;
    private readonly long _sizeBytes;
    private bool _isSettled;

    internal ReceivedSnapshot(
        SnapshotStore store,
        string temporary,
        long sizeBytes,
        SnapshotMark mark,
        StoreState state)
    {
        _store = store;
        _temporary = temporary;
        _sizeBytes = sizeBytes;
        Mark = mark;
        State = state;
    }

    /// <summary>The point it stands for.</summary>
    public SnapshotMark Mark { get; }

    /// <summary>The state it holds.</summary>
    public StoreState State { get; }

    /// <summary>Gives the file its name; durable on return, so the log may refer to it.</summary>
    public SnapshotInfo Commit()
    {
        Settle();
        return _store.Publish(_temporary, Mark, _sizeBytes);
    }

    /// <summary>Removes the file.</summary>
    public void Discard()
    {
        Settle();
        _store.Remove(_temporary);
    }

    private void Settle()
    {
        if (_isSettled)
        {
            throw new InvalidOperationException("the received snapshot was committed or discarded before");
        }

        _isSettled = true;
    }
}
