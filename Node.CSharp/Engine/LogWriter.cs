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
internal sealed class LogWriter : IWork
{
    private readonly WriteAheadLog _log;
    private readonly Mailbox _mailbox;
    private readonly IPeerNetwork _network;
    private readonly NodeMetrics _metrics;
    private readonly ConcurrentQueue<object> _queue = new();
    private readonly List<PersistBatch> _batches = [];
    private readonly Action _onDurable;
    private long _flushStarted;
    private bool _mustSync;

    public LogWriter(WriteAheadLog log, Mailbox mailbox, IPeerNetwork network, NodeMetrics metrics)
    {
        (_log, _mailbox, _network, _metrics) = (log, mailbox, network, metrics);
        _onDurable = OnDurable;
    }

    public WorkSignal Signal { get; } = new();

    /// <inheritdoc cref="WriteAheadLog.Shortage"/>
    public StorageException? Shortage => _log.Shortage;

    /// <summary>Queues a batch.</summary>
    public void Enqueue(PersistBatch batch) => Put(batch);

    /// <summary>Queues the note that a snapshot is durable, and how far the log may be cut.</summary>
    public void Enqueue(SnapshotMark mark, ulong releaseIndex) => Put(new SnapshotTaken(mark, releaseIndex));

    /// <summary>Does all that waits; one sync at most.</summary>
    public void Turn()
    {
        _mustSync = false;
        ulong release = 0;
        while (_queue.TryDequeue(out var item))
        {
            if (item is PersistBatch batch)
            {
                _log.Append(batch);
                _batches.Add(batch);
                _mustSync |= batch.MustSync;
            }
            else if (item is SnapshotTaken taken)
            {
                _log.AppendSnapshotMark(taken.Mark);
                release = Math.Max(release, taken.ReleaseIndex);
                _mustSync = true;
            }
        }

        _flushStarted = Stopwatch.GetTimestamp();
        _log.Flush(_mustSync, _onDurable);
#if SIMULATION
        release += release > 0 && Core.Mutants.Has(Core.Mutant.ReleaseTooMuch) ? 50UL : 0;
#endif
        if (release > 0)
        {
            _log.Release(release);
        }
    }

    private void OnDurable()
    {
        if (_mustSync)
        {
            _metrics.WalFsyncDuration.Observe(Stopwatch.GetElapsedTime(_flushStarted).TotalSeconds);
        }

        if (_batches.Count == 0)
        {
            return;
        }

        var entries = 0;
        foreach (var batch in _batches)
        {
            entries += batch.Entries.Length;
            foreach (var message in batch.Messages)
            {
                _network.Send(message);
            }
        }

        var persisted = Input.NewPersisted(_batches[^1].Sequence);
        _batches.Clear();
        if (entries <= WorkSignal.FewEntries && _queue.IsEmpty)
        {
            // Nothing to write meanwhile.
            _mailbox.PostAndVisit(persisted);
        }
        else
        {
            _mailbox.Post(persisted);
        }
    }

    private void Put(object item)
    {
        _queue.Enqueue(item);
        Signal.Set();
    }

    private sealed record SnapshotTaken(SnapshotMark Mark, ulong ReleaseIndex);
}
