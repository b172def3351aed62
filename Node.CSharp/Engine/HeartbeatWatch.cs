// Notices heartbeats that go out late: followers that wait for them may call an election, and the operator
// should know that the machine, not the network, was the reason.
namespace Kv.Node.Engine;

/// <summary>Counts late heartbeats of this member as the leader.</summary>
/// <param name="clock">Tells the time.</param>
/// <param name="interval">Time between two heartbeats; past twice of it one is late, as in etcd.</param>
internal sealed class HeartbeatWatch(TimeProvider clock, TimeSpan interval)
{
    private long _last;
    private bool _wasLeader;
    private long _late;

    /// <summary>Time since the last turn of the loop that was due.</summary>
    public TimeSpan SinceLast => clock.GetElapsedTime(Volatile.Read(ref _last));

    public long Late => Volatile.Read(ref _late);

    /// <summary>It is time for a heartbeat, and the leader has just sent it. Called by one thread.</summary>
    public void Beat(bool isLeader)
    {
        var now = clock.GetTimestamp();
        if (isLeader && _wasLeader && clock.GetElapsedTime(_last, now) > 2 * interval)
        {
            Volatile.Write(ref _late, _late + 1);
        }

        Volatile.Write(ref _last, now);
        _wasLeader = isLeader;
    }
}
