// Ends streams whose caller insists on a leader once there has been none for three election
// timeouts (W23). Idle, and without a timer, while there are no such streams.
using Kv.Node.Options;

namespace Kv.Node.Grpc;

/// <summary>Watches for the loss of the leader on behalf of streams.</summary>
internal sealed class LeaderMonitor : IDisposable
{
    /// <summary>Election timeouts without a leader before the streams end.</summary>
    private const int PatienceTimeouts = 3;

    private readonly RpcGate _gate;
    private readonly TimeSpan _interval;
    private readonly Timer _timer;
    private readonly HashSet<CancellationTokenSource> _streams = [];
    private int _missed;

    public LeaderMonitor(RpcGate gate, NodeOptions options)
    {
        _gate = gate;
        _interval = options.ElectionTimeout;
        _timer = new Timer(static monitor => ((LeaderMonitor)monitor!).Look(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Cancels the source when the leader is lost, until the result is disposed.</summary>
    public IDisposable Watch(CancellationTokenSource stream)
    {
        lock (_streams)
        {
            _streams.Add(stream);
            if (_streams.Count == 1)
            {
                _missed = 0;
                _timer.Change(_interval, _interval);
            }
        }

        return new Registration(this, stream);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        CancellationTokenSource[] lost;
        lock (_streams)
        {
            _missed = _gate.HasLeader ? 0 : _missed + 1;
            if (_missed < PatienceTimeouts)
            {
                return;
            }

            lost = [.. _streams];
            _streams.Clear();
            _timer.Change(Timeout.Infinite, Timeout.Infinite);
        }

        foreach (var stream in lost)
        {
            // Cancelling runs the stream's continuations; it may be disposed already if it just ended.
            try
            {
                stream.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself.
            }
        }
    }

    private void Remove(CancellationTokenSource stream)
    {
        lock (_streams)
        {
            if (_streams.Remove(stream) && _streams.Count == 0)
            {
                _timer.Change(Timeout.Infinite, Timeout.Infinite);
            }
        }
    }

    private sealed class Registration(LeaderMonitor monitor, CancellationTokenSource stream) : IDisposable
    {
        public void Dispose() => monitor.Remove(stream);
    }
}
