namespace Kv.Node.Peers;

/// <summary>How long it took to hand append messages to one follower's stream, milliseconds.</summary>
internal readonly record struct AppendLatency(
    double Current, double Average, double StandardDeviation, double Minimum, double Maximum);

/// <summary>Append messages to one follower.</summary>
internal sealed class FollowerTraffic
{
    private readonly Lock _lock = new();
    private double _current;
    private double _sum;
    private double _squares;
    private double _minimum;
    private double _maximum;
    private long _succeeded;
    private long _failed;

    public (AppendLatency Latency, long Succeeded, long Failed) Read()
    {
        lock (_lock)
        {
            var average = _succeeded == 0 ? 0 : _sum / _succeeded;
            var variance = _succeeded == 0 ? 0 : Math.Max(0, _squares / _succeeded - average * average);
            return (new(_current, average, Math.Sqrt(variance), _minimum, _maximum), _succeeded, _failed);
        }
    }

    /// <summary>One was written.</summary>
    public void Succeed(TimeSpan took)
    {
        lock (_lock)
        {
            _current = took.TotalMilliseconds;
            _minimum = _succeeded == 0 ? _current : Math.Min(_minimum, _current);
            _maximum = Math.Max(_maximum, _current);
            _sum += _current;
            _squares += _current * _current;
            _succeeded++;
        }
    }

    /// <summary>Some were not.</summary>
    public void Fail(int count)
    {
        lock (_lock)
        {
            _failed += count;
        }
    }
}
