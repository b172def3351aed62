// One caller waiting for one outcome. Pooled: a put must not cost a task and its parts.
using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Kv.Core.Apply;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

/// <summary>A reusable promise of an <see cref="Outcome"/>; awaited exactly once.</summary>
internal sealed class PendingProposal : IValueTaskSource<Outcome>
{
    private const int PooledMax = 4_096;

    private static readonly ConcurrentQueue<PendingProposal> Pool = new();
    private ManualResetValueTaskSourceCore<Outcome> _core;

    private PendingProposal() => _core.RunContinuationsAsynchronously = Promise.UsesPool;

    /// <summary>The task of the caller.</summary>
    public ValueTask<Outcome> Task => new(this, _core.Version);

    public static PendingProposal Rent() => Pool.TryDequeue(out var pending) ? pending : new PendingProposal();

    public void SetResult(Outcome outcome) => _core.SetResult(outcome);

    public void SetException(Exception error) => _core.SetException(error);

    Outcome IValueTaskSource<Outcome>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            if (Pool.Count < PooledMax)
            {
                Pool.Enqueue(this);
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource<Outcome>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Outcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
