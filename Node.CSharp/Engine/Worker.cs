namespace Kv.Node.Engine;

/// <summary>A thread that gives one piece of work its turns until it is stopped. A fault ends the
/// node: its owner is told, once.</summary>
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
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    _work.Signal.Wait(_stop.Token);
                }
                catch (OperationCanceledException)
                {
                    // One last turn below.
                }

                _work.Turn();
            }
        }
        catch (Exception fault)
        {
            _onFault(fault);
        }
    }
}
