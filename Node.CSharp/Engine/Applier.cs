// Turns committed entries into the next published state, in batches, and lets everyone know who
// waited for it: first the state is published, then callers are completed.
using System.Collections.Concurrent;
using System.Diagnostics;
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Grpc;
using Kv.Node.Options;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

/// <summary>The one writer of the published <see cref="StoreState"/>.</summary>
internal sealed class Applier(
    StoreState initial, Mailbox mailbox, ProposalTable proposals, ReadGate reads, NodeMetrics metrics,
    NodeOptions options) : IWork
{
    /// <summary>Most entries applied before the state is published.</summary>
    private const int EntriesMax = 2_048;

    private readonly ConcurrentQueue<object> _queue = new();
    private readonly List<Entry> _entries = [];
    private readonly List<Outcome> _outcomes = [];
    private StoreState _state = initial;
    private int _waiting;
    private int _restoring;
    private readonly Lock _sweepLock = new();
    private TaskCompletionSource _swept = Promise.New();
    private long _sweepStarted = Stopwatch.GetTimestamp();
    private bool _compacting = true;

    public WorkSignal Signal { get; } = new();

    /// <summary>The newest published state; one volatile read.</summary>
    public StoreState State => Volatile.Read(ref _state);

    /// <summary>Entries committed but not applied yet.</summary>
    public int WaitingEntries => Volatile.Read(ref _waiting);

    /// <summary>Received states that wait to take the place of the present one.</summary>
    public int Restoring => Volatile.Read(ref _restoring);

    /// <summary>Raised with what became of a batch, before its state is published.</summary>
    public event Action<StoreState, IReadOnlyList<Outcome>>? Applying;

    /// <summary>Raised before the state after a compaction is published, with the state it was applied to.</summary>
    public event Action<StoreState, long>? Compacted;

    /// <summary>Raised after a state was published, before its callers are completed.</summary>
    public event Action<StoreState>? Published;

    /// <summary>Raised with what became of the batch, after its state was published and before its
    /// callers are completed; without outcomes for a state that was received.</summary>
    public event Action<StoreState, IReadOnlyList<Outcome>>? Decided;

    /// <summary>Raised with what became of the batch, after its callers were completed.</summary>
    public event Action<StoreState, IReadOnlyList<Outcome>>? Applied;

    /// <summary>Bytes of entries applied since the start.</summary>
    public long AppliedBytes { get; private set; }

    /// <summary>Completes once no compacted row is left in memory.</summary>
    public Task WhenSweptAsync()
    {
        lock (_sweepLock)
        {
            return _compacting ? _swept.Task : Task.CompletedTask;
        }
    }

    /// <summary>Queues committed entries.</summary>
    public void Enqueue(Entry[] entries)
    {
        Interlocked.Add(ref _waiting, entries.Length);
        _queue.Enqueue(entries);
        if (AreSoonApplied(entries))
        {
            Signal.SetAndVisit();
        }
        else
        {
            Signal.Set();
        }
    }

    /// <summary>Queues a state received as a snapshot; it replaces the present one.</summary>
    public void Enqueue(StoreState received)
    {
        Interlocked.Increment(ref _restoring);
        _queue.Enqueue(received);
        Signal.Set();
    }

    public void Turn()
    {
        while (_queue.TryDequeue(out var item))
        {
            if (item is StoreState received)
            {
                ApplyCollected();
                Publish(received);
                Decided?.Invoke(received, []);
                Interlocked.Decrement(ref _restoring);
                BeginSweep();
                // What was proposed here and is in that state never comes by as an entry: whoever waits
                // for it would wait in vain. Nobody can tell which ones; the outcome of all is unknown.
                proposals.FailAll(EtcdErrors.Timeout);
                mailbox.Post(Input.NewApplied(received.AppliedIndex));
                continue;
            }

            Collect((Entry[])item);
        }

        ApplyCollected();
        CompactSlice();
    }

    // Not what costs in proportion to the state: the raft loop, which brings the entries, must go on.
    private static bool AreSoonApplied(Entry[] entries)
    {
        if (entries.Length > WorkSignal.FewEntries)
        {
            return false;
        }

        foreach (var entry in entries)
        {
            if (entry.Kind != EntryKind.Normal || !CommandCodec.IsPut(entry.Data.Span))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A batch ends before a compaction: watchers that keep up must have seen, in a published
    /// state, the changes it removes.</summary>
    private void Collect(Entry[] entries)
    {
        foreach (var entry in entries)
        {
            if (_entries.Count >= EntriesMax
                || (entry.Kind == EntryKind.Normal && CommandCodec.IsCompaction(entry.Data.Span)))
            {
                ApplyCollected();
            }

            _entries.Add(entry);
        }
    }

    private void ApplyCollected()
    {
        if (_entries.Count == 0)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var before = _state;
        var next = StoreMachine.Apply(before, _entries.ToArray(), _outcomes);
        if (next.CompactRevision != before.CompactRevision)
        {
            BeginSweep();
            Compacted?.Invoke(before, next.CompactRevision);
        }

        Applying?.Invoke(next, _outcomes);
        Publish(next);
        var took = Stopwatch.GetElapsedTime(started);
        Decided?.Invoke(next, _outcomes);
        foreach (var outcome in _outcomes)
        {
            if (outcome.RequestId != 0)
            {
                proposals.Complete(outcome);
            }
        }

        Observe(took);
        Applied?.Invoke(next, _outcomes);
        mailbox.Post(Input.NewApplied(next.AppliedIndex));
        Interlocked.Add(ref _waiting, -_entries.Count);
        foreach (var entry in _entries)
        {
            AppliedBytes += entry.Data.Length;
        }

        _entries.Clear();
        _outcomes.Clear();
    }

    private void Observe(TimeSpan took)
    {
        metrics.BackendCommitDuration.Observe(took.TotalSeconds);
        metrics.CountApplied(AppliedOperations.Of(_outcomes), took.TotalSeconds);
        if (took > options.WarningApplyDuration)
        {
            metrics.SlowApplies.Inc();
        }
    }

    private void Publish(StoreState next)
    {
        Volatile.Write(ref _state, next);
        reads.Advance(next);
        Published?.Invoke(next);
    }

    /// <summary>A slice at a time, so that writes wait for one slice at most.</summary>
    private void CompactSlice()
    {
        if (!_compacting)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var next = StoreMachine.CompactSlice(_state, options.CompactionBatchLimit);
        if (ReferenceEquals(next, _state))
        {
            EndSweep();
            return;
        }

        metrics.CompactionRows.Inc(_state.RowCount - next.RowCount);
        Volatile.Write(ref _state, next);
        metrics.CompactionPauses.Observe(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        Signal.Set();
    }

    private void BeginSweep()
    {
        lock (_sweepLock)
        {
            if (!_compacting)
            {
                (_compacting, _swept, _sweepStarted) = (true, Promise.New(), Stopwatch.GetTimestamp());
            }
        }
    }

    private void EndSweep()
    {
        lock (_sweepLock)
        {
            _compacting = false;
            _swept.SetResult();
        }

        if (_state.CompactRevision > 0)
        {
            metrics.CompactionDuration.Observe(Stopwatch.GetElapsedTime(_sweepStarted).TotalMilliseconds);
            metrics.CompactionLast.Set(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        }
    }

}
