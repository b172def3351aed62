// The one clock of a run: what happens, in order of time, and of scheduling within one moment.
namespace Kv.Simulation.Time;

/// <summary>What is going to happen.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (long At, long Order)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _scheduled;

    /// <summary>The present, in units of 100 ns since the run began.</summary>
    public long Now { get; private set; }

    /// <summary>Events so far.</summary>
    public long Count { get; private set; }

    /// <summary>Makes something happen so much later.</summary>
    public void After(long delay, Action action)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("some code of the node has left the one thread of the run");
        }

        _queue.Enqueue(action, (Now + Math.Max(0, delay), ++_scheduled));
    }

    /// <summary>Lets the next thing happen.</summary>
    public void RunNext()
    {
        _queue.TryDequeue(out var action, out var priority);
        Now = priority.At;
        Count++;
        action!();
    }

    /// <summary>Lets everything happen up to a moment.</summary>
    public void RunUntil(long time)
    {
        while (_queue.TryPeek(out _, out var next) && next.At <= time)
        {
            RunNext();
        }

        Now = Math.Max(Now, time);
    }
}
