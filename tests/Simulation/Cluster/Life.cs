// One life of a member's process, from its start to its end. Everything the node does in it happens in events of
// the one queue: turns of its threads, continuations of its tasks, its timers. What was under way when it
// ended finds nobody.
using Kv.Node.Engine;
using Kv.Node.Threads;
using Kv.Simulation.Time;

namespace Kv.Simulation.Cluster;

/// <summary>Where the code of one process runs.</summary>
internal sealed class Life : IThreads
{
    private static readonly CancellationToken OneTurn = new(canceled: true);

    private readonly EventQueue _events;
    private readonly Chance _chance;
    private readonly BadDay _day;
    private readonly Action<Exception> _onEscaped;
    private readonly List<Served> _works = [];
    private readonly List<Action> _deferred = [];

    /// <param name="events">Where its events go.</param>
    /// <param name="chance">Decides how long things take.</param>
    /// <param name="day">How bad it may be.</param>
    /// <param name="onEscaped">Told of exceptions that nobody caught: they end a process.</param>
    public Life(EventQueue events, Chance chance, BadDay day, Action<Exception> onEscaped) =>
        (_events, _chance, _day, _onEscaped) = (events, chance, day, onEscaped);

    /// <summary>Writes what the node recorded of itself, if it does. It takes no part in the run: its disk is a real
    /// one, and it costs no time.</summary>
    public IWork? Recorder { get; private set; }

    /// <summary>The process is gone.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The process is stopped (SIGSTOP): what happens to it waits.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Called after anything it did.</summary>
    public Action Ran { get; set; } = () => { };

    /// <summary>Ends it. Nothing of it ever runs again.</summary>
    public void End() => IsOver = true;

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        foreach (var action in _deferred)
        {
            _events.After(_chance.Between(0, Span.Millisecond), () => Run(action));
        }

        _deferred.Clear();
    }

    /// <summary>Runs some of its code now, or when it is resumed, or never.</summary>
    public void Run(Action action)
    {
        if (IsOver)
        {
            return;
        }

        if (IsPaused)
        {
            _deferred.Add(action);
            return;
        }

        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Context(this));
        try
        {
            action();
        }
        catch (Exception escaped)
        {
            _onEscaped(escaped);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        if (!IsOver)
        {
            LookForWork();
            Ran();
        }
    }

    public IDisposable Serve(string name, IWork work, Action<Exception> onFault)
    {
        var served = new Served(this, work, onFault, name == "wal");
        if (name == "recorder")
        {
            Recorder = work;
        }

        if (_day.HasVisits)
        {
            work.Signal.Open(work.Turn, onFault);
        }

        _works.Add(served);
        return served;
    }

    Task IThreads.Run(Action action)
    {
        var done = new TaskCompletionSource();
        Post(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception error) when (error is not SimulatedCrashException)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    Task IThreads.Run(Func<Task> action)
    {
        var done = new TaskCompletionSource();
        Post(async () =>
        {
            try
            {
                await action();
                done.SetResult();
            }
            catch (Exception error) when (error is not SimulatedCrashException)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    private void Post(Action action) =>
        _events.After(_chance.Between(0, _day.ThreadDelayMax), () => Run(action));

    private void LookForWork()
    {
        foreach (var served in _works)
        {
            if (!served.IsPlanned && !served.IsEnded && served.Work.Signal.IsPending)
            {
                served.IsPlanned = true;
                _events.After(DelayOf(served), () => Run(served.TakeTurn));
            }
        }
    }

    private long DelayOf(Served served) =>
        served.Work == Recorder ? 0
        : !served.IsLog ? _chance.Between(0, _day.ThreadDelayMax)
        : _chance.Permille(_day.SlowSyncPermille) ? _chance.Between(0, _day.SlowSyncMax)
        : _chance.Between(0, _day.SyncMax);

    /// <summary>A piece of work that would have a thread of its own.</summary>
    private sealed class Served(Life life, IWork work, Action<Exception> onFault, bool isLog) : IDisposable
    {
        public IWork Work => work;

        public bool IsLog => isLog;

        public bool IsPlanned { get; set; }

        public bool IsEnded { get; private set; }

        public void TakeTurn()
        {
            IsPlanned = false;
            if (IsEnded || work.Signal.IsBroken || !work.Signal.IsPending)
            {
                return;
            }

            try
            {
                work.Signal.RunUntilIdle(work.Turn, OneTurn);
            }
            catch (Exception fault) when (fault is not SimulatedCrashException)
            {
                IsEnded = true;
                onFault(fault);
            }
        }

        /// <summary>The last turn of an orderly stop.</summary>
        public void Dispose()
        {
            if (!IsEnded && !work.Signal.IsBroken)
            {
                IsEnded = true;
                work.Turn();
            }

            life._works.Remove(this);
        }
    }

    /// <summary>Queues continuations. Each run has one of its own: a continuation never runs inside the code that
    /// completed what it waits for.</summary>
    private sealed class Context(Life life) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => life.Post(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("there is one thread");
    }
}
