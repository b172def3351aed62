using Kv.Node.Threads;

namespace Kv.Node.Engine;

/// <summary>A thread that gives one piece of work its turns until it is stopped. A fault ends the
/// node: its owner is told, once. Others may take turns meanwhile (<see cref="WorkSignal"/>).</summary>
internal sealed class Worker : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IWork _work;
    private readonly Action<Exception> _onFault;
    private readonly Thread _thread;

    public Worker(string name, IWork work, Action<Exception> onFault)
    {
        (_work, _onFault) = (work, onFault);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Ends the thread after its current turn and one last one for what still waits.</summary>
    public void Stop()
    {
        _stop.Cancel();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Run()
    {
        if (_work.GivesWay)
        {
            ThreadNiceness.Lower();
        }

        Action turn = _work.Turn;
        var signal = _work.Signal;
        try
        {
            signal.Open(turn, _onFault);
            if (WorkUntilStopped(signal, turn))
            {
                signal.Claim();
            }

            if (!signal.IsBroken)
            {
                turn();
            }
        }
        catch (Exception fault)
        {
            _onFault(fault);
        }
    }

    // False if the thread still has the right to run.
    private bool WorkUntilStopped(WorkSignal signal, Action turn)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                signal.Wait(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return true;
            }

            if (signal.IsBroken || !signal.RunUntilIdle(turn, _stop.Token))
            {
                return false;
            }
        }

        return true;
    }
}
