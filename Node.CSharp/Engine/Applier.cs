// Turns committed entries into the next published state, in batches, and lets everyone know who
// waited for it: first the state is published, then callers are completed.
using System.Collections.Concurrent;
using System.Diagnostics;
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;

namespace Kv.Node.Engine;

/// <summary>The one writer of the published <see cref="StoreState"/>.</summary>
internal sealed class Applier(
    StoreState initial, Mailbox mailbox, ProposalTable proposals, ReadGate reads, NodeMetrics metrics) : IWork
{
    /// <summary>Most entries applied before the state is published.</summary>
    private const int EntriesMax = 2_048;

    /// <summary>Most entries that are applied by who brings them.</summary>
    private const int FewMax = 8;

    /// <summary>Rows of compacted history removed between two batches.</summary>
    private const int CompactRows = 2_000;

    /// <summary>etcd's --warning-apply-duration.</summary>
    private static readonly TimeSpan SlowApply = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<object> _queue = new();
    private readonly List<Entry> _entries = [];
    private readonly List<Outcome> _outcomes = [];
    private StoreState _state = initial;
    private int _waiting;
    private bool _compacting = true;

    public WorkSignal Signal { get; } = new();

    /// <summary>The newest published state; one volatile read.</summary>
    public StoreState State => Volatile.Read(ref _state);

    /// <summary>Entries committed but not applied yet.</summary>
    public int WaitingEntries => Volatile.Read(ref _waiting);

    /// <summary>Raised after a state was published, before its callers are completed.</summary>
    public event Action<StoreState>? Published;

    /// <summary>Raised with what became of the batch, after its state was published and before its
    /// callers are completed; without outcomes for a state that was received.</summary>
    public event Action<StoreState, IReadOnlyList<Outcome>>? Decided;

    /// <summary>Raised with what became of the batch, after its callers were completed.</summary>
    public event Action<StoreState, IReadOnlyList<Outcome>>? Applied;

    /// <summary>Bytes of entries applied since the start.</summary>
    public long AppliedBytes { get; private set; }

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
                _compacting = true;
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
        if (entries.Length > FewMax)
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
        _compacting |= next.CompactRevision != before.CompactRevision;
        Publish(next);
        Observe(Stopwatch.GetElapsedTime(started));
        Decided?.Invoke(next, _outcomes);
        foreach (var outcome in _outcomes)
        {
            if (outcome.RequestId != 0)
            {
                proposals.Complete(outcome);
            }
        }

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
        if (took > SlowApply)
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

        var next = StoreMachine.CompactSlice(_state, CompactRows);
        if (ReferenceEquals(next, _state))
        {
            _compacting = false;
            return;
        }

        Volatile.Write(ref _state, next);
        Signal.Set();
    }
}
