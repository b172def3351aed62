// Promises whose waiters never run inside the one who keeps them: he may hold locks, and his own work must
// go on.
namespace Kv.Node.Threads;

/// <summary>Makes promises.</summary>
internal static class Promise
{
#if SIMULATION
    // There is one thread: its context queues every waiter, and the pool must stay out of it.
    /// <summary>What <see cref="TaskCompletionSource"/>s are made with.</summary>
    private const TaskCreationOptions Options = TaskCreationOptions.None;

    /// <summary>Whether waiters without a context of their own go to the pool.</summary>
    public const bool UsesPool = false;
#else
    /// <summary>What <see cref="TaskCompletionSource"/>s are made with.</summary>
    private const TaskCreationOptions Options = TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Whether waiters without a context of their own go to the pool.</summary>
    public const bool UsesPool = true;
#endif

    /// <summary>A promise that something happens.</summary>
    public static TaskCompletionSource New() => new(Options);

    /// <summary>A promise of a value.</summary>
    public static TaskCompletionSource<T> New<T>() => new(Options);
}
