// How fast something goes on lately, as etcd's server statistics count it.
namespace Kv.Node.Peers;

/// <summary>Total of what passed, and the rate of the newest of it.</summary>
internal sealed class RateWindow(TimeProvider clock)
{
    /// <summary>How many of the newest the rate is made of.</summary>
    private const int Length = 200;

    /// <summary>After a pause of this length there is no rate.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, long Bytes)> _newest = new(Length + 1);
    private long _count;
    private long _last;

    /// <summary>How many passed since the start.</summary>
    public long Count => Volatile.Read(ref _count);

    public void Add(long bytes)
    {
        lock (_lock)
        {
            _count++;
            _last = clock.GetTimestamp();
            _newest.Enqueue((_last, bytes));
            if (_newest.Count > Length)
            {
                _newest.Dequeue();
            }
        }
    }

    /// <summary>Items and bytes a second; 0 after a pause.</summary>
    public (double Items, double Bytes) Rate()
    {
        lock (_lock)
        {
            if (_newest.Count < 2 || clock.GetElapsedTime(_last) > Pause)
            {
                _newest.Clear();
                return (0, 0);
            }

            var seconds = clock.GetElapsedTime(_newest.Peek().At, _last).TotalSeconds;
            return seconds <= 0 ? (0, 0) : (_newest.Count / seconds, _newest.Sum(item => item.Bytes) / seconds);
        }
    }
}
