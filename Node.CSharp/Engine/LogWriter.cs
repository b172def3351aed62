// The log's own thread: everything that queued up while the last sync ran is one write and one sync
// (group commit). A failed write or sync ends the node: what is on disk is then unknown.
using System.Collections.Concurrent;
using System.Diagnostics;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Ports;
using Kv.Node.Wal;

namespace Kv.Node.Engine;

/// <summary>Makes persist batches durable, in order.</summary>
internal sealed class LogWriter(WriteAheadLog log, Mailbox mailbox, IPeerNetwork network, NodeMetrics metrics)
    : IWork
{
    private readonly ConcurrentQueue<object> _queue = new();
    private readonly List<PersistBatch> _batches = [];

    public WorkSignal Signal { get; } = new();

    /// <summary>Queues a batch.</summary>
    public void Enqueue(PersistBatch batch) => Put(batch);

    /// <summary>Queues the note that a snapshot is durable, and how far the log may be cut.</summary>
    public void Enqueue(SnapshotMark mark, ulong releaseIndex) => Put(new SnapshotTaken(mark, releaseIndex));

    /// <summary>Does all that waits; one sync at most.</summary>
    public void Turn()
    {
        var mustSync = false;
        ulong release = 0;
        while (_queue.TryDequeue(out var item))
        {
            if (item is PersistBatch batch)
            {
                log.Append(batch);
                _batches.Add(batch);
                mustSync |= batch.MustSync;
            }
            else if (item is SnapshotTaken taken)
            {
                log.AppendSnapshotMark(taken.Mark);
                release = Math.Max(release, taken.ReleaseIndex);
                mustSync = true;
            }
        }

        Flush(mustSync);
        Report();
        if (release > 0)
        {
            log.Release(release);
        }
    }

    private void Flush(bool mustSync)
    {
        var started = Stopwatch.GetTimestamp();
        log.Flush(mustSync);
        if (mustSync)
        {
            metrics.WalFsyncDuration.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private void Report()
    {
        if (_batches.Count == 0)
        {
            return;
        }

        foreach (var batch in _batches)
        {
            foreach (var message in batch.Messages)
            {
                network.Send(message);
            }
        }

        mailbox.Post(Input.NewPersisted(_batches[^1].Sequence));
        _batches.Clear();
    }

    private void Put(object item)
    {
        _queue.Enqueue(item);
        Signal.Set();
    }

    private sealed record SnapshotTaken(SnapshotMark Mark, ulong ReleaseIndex);
}
