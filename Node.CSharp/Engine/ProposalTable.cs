// Who waits for which proposal. The request id travels in the log entry; whoever removes the id from
// the table completes the caller, so a caller is completed exactly once.
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Kv.Core.Apply;
using Kv.Node.Grpc;
using Kv.Node.Ports;

namespace Kv.Node.Engine;

/// <summary>The proposals of this member that wait to be applied.</summary>
internal sealed class ProposalTable
{
    /// <summary>Most proposals waiting at once; past it callers get "too many requests".</summary>
    public const int PendingMax = 50_000;

    private readonly ConcurrentDictionary<ulong, PendingProposal> _pending = new();
    private readonly ConcurrentQueue<(ulong Id, long DeadlineMs)> _deadlines = new();
    private readonly TimeProvider _clock;
    private readonly long _timeoutMs;
    private ulong _counter;
    private int _count;
    private long _failed;

    /// <param name="host">Times the waiting, and gives the first id.</param>
    /// <param name="timeout">How long a caller waits at most.</param>
    public ProposalTable(HostPorts host, TimeSpan timeout)
    {
        _clock = host.Clock;
        _timeoutMs = (long)timeout.TotalMilliseconds;
        // An id that another member, or this one before its restart, waits for too would acknowledge a
        // write that is not the caller's. A prefix of member and time, as etcd has it, has 16 bits for
        // the member; counting on from anywhere in 64 bits leaves no chance worth naming.
        Span<byte> start = stackalloc byte[sizeof(ulong)];
        host.Random.NextBytes(start);
        _counter = BinaryPrimitives.ReadUInt64LittleEndian(start);
#if SIMULATION
        _counter = Core.Mutants.Has(Core.Mutant.SameRequestIds) ? 0 : _counter;
#endif
    }

    /// <summary>Proposals waiting.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Proposals that ended in an error of the engine.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Opens a place for a proposal.</summary>
    /// <exception cref="EtcdException">Too many are waiting.</exception>
    public PendingProposal Open(out ulong id)
    {
        if (Interlocked.Increment(ref _count) > PendingMax)
        {
            Interlocked.Decrement(ref _count);
            throw EtcdErrors.TooManyRequests;
        }

        id = Interlocked.Increment(ref _counter);
        if (id == 0)
        {
            // Means that nobody waits.
            id = Interlocked.Increment(ref _counter);
        }

        var pending = PendingProposal.Rent();
        _pending[id] = pending;
        _deadlines.Enqueue((id, NowMs() + _timeoutMs));
        return pending;
    }

    /// <summary>The ids somebody waits for, as of some moment during the call.</summary>
    public ICollection<ulong> Waiting => _pending.Keys;

    /// <summary>True while somebody waits for this id.</summary>
    public bool IsWaiting(ulong id) => _pending.ContainsKey(id);

    /// <summary>Completes the caller of this outcome, if it is one of this member's.</summary>
    public void Complete(Outcome outcome)
    {
        if (Take(outcome.RequestId) is { } pending)
        {
            pending.SetResult(outcome);
        }
    }

    /// <summary>Fails the caller waiting for this id, if any.</summary>
    public void Fail(ulong id, Exception error)
    {
        if (Take(id) is { } pending)
        {
            Interlocked.Increment(ref _failed);
            pending.SetException(error);
        }
    }

    /// <summary>Fails the callers whose time is over.</summary>
    public void ExpireOverdue(Func<EtcdException> error)
    {
        var now = NowMs();
        while (_deadlines.TryPeek(out var head) && (head.DeadlineMs <= now || !_pending.ContainsKey(head.Id)))
        {
            if (_deadlines.TryDequeue(out var due))
            {
                Fail(due.Id, error());
            }
        }
    }

    /// <summary>Fails everyone: the node stops.</summary>
    public void FailAll(EtcdException error)
    {
        foreach (var id in _pending.Keys)
        {
            Fail(id, error);
        }
    }

    private PendingProposal? Take(ulong id)
    {
        if (!_pending.TryRemove(id, out var pending))
        {
            return null;
        }

        Interlocked.Decrement(ref _count);
        return pending;
    }

    private long NowMs() => (long)_clock.GetElapsedTime(0).TotalMilliseconds;
}
