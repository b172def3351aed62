// The timers of all leases: when each is over, and when what it has left is to be stored. Time is
// handed in, nothing happens by itself, and it is not safe for threads: its owner sees to both.
namespace Kv.Node.Leases;

/// <summary>Timers of leases.</summary>
/// <param name="checkpointIntervalMs">How long a lease lives on before what it has left is stored; leases
/// granted for no more than this are not stored at all, a new leader gives them their full time.</param>
internal sealed class LeaseClock(long checkpointIntervalMs)
{
    private readonly Dictionary<long, LeaseTimer> _timers = [];
    private readonly TimerHeap<EndPlace> _ends = new();
    private readonly TimerHeap<CheckpointPlace> _checkpoints = new();
    private long _stored;

    public int Count => _timers.Count;

    public IReadOnlyCollection<LeaseTimer> Timers => _timers.Values;

    public LeaseTimer? Find(long id) => _timers.GetValueOrDefault(id);

    /// <summary>Starts a lease, in the place of one of the same id.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="ttlSeconds">Granted time to live.</param>
    /// <param name="leftMs">What it has from now on.</param>
    /// <param name="isStored">The replicated state has a remaining time for it.</param>
    /// <param name="nowMs">The time.</param>
    public void Start(long id, long ttlSeconds, long leftMs, bool isStored, long nowMs)
    {
        Remove(id);
        var timer = new LeaseTimer(id, ttlSeconds) { DeadlineMs = nowMs + leftMs };
        if (isStored)
        {
            MarkStored(timer);
        }

        _timers.Add(id, timer);
        _ends.Set(timer, timer.DeadlineMs);
        PlanCheckpoint(timer, nowMs);
    }

    /// <summary>Gives a lease its full time again.</summary>
    public void Renew(LeaseTimer timer, long nowMs)
    {
        // Both times only move away: the heaps keep the old ones, and look again when those come up.
        timer.DeadlineMs = nowMs + (timer.TtlSeconds * 1000);
        timer.CheckpointMs = nowMs + checkpointIntervalMs;
        if (timer.Checkpoint.Slot == 0)
        {
            PlanCheckpoint(timer, nowMs);
        }
    }

    /// <summary>Forgets a lease.</summary>
    public void Remove(long id)
    {
        if (_timers.Remove(id, out var timer))
        {
            _ends.Remove(timer);
            _checkpoints.Remove(timer);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _timers.Clear();
        _ends.Abandon();
        _checkpoints.Abandon();
    }

    /// <summary>Takes a lease whose time is over out of the order of ends; null if there is none.
    /// <see cref="Retry"/> puts it back.</summary>
    public LeaseTimer? TakeExpired(long nowMs)
    {
        while (_ends.First is { } timer && timer.End.DueMs <= nowMs)
        {
            if (timer.DeadlineMs <= nowMs)
            {
                _ends.Remove(timer);
                return timer;
            }

            _ends.Set(timer, timer.DeadlineMs);
        }

        return null;
    }

    /// <summary>Makes an expired lease come up again.</summary>
    public void Retry(LeaseTimer timer, long atMs)
    {
        if (_timers.GetValueOrDefault(timer.Id) == timer)
        {
            _ends.Set(timer, atMs);
        }
    }

    /// <summary>A lease whose remaining time is to be stored now, and plans when next; null if there is
    /// none.</summary>
    public LeaseTimer? TakeCheckpoint(long nowMs)
    {
        while (_checkpoints.First is { } timer && timer.Checkpoint.DueMs <= nowMs)
        {
            if (timer.CheckpointMs > nowMs)
            {
                _checkpoints.Set(timer, timer.CheckpointMs);
                continue;
            }

            PlanCheckpoint(timer, nowMs);
            if (IsWorthStoring(timer, nowMs))
            {
                return timer;
            }
        }

        return null;
    }

    /// <summary>Notes that the replicated state may have a remaining time for the lease from now on.</summary>
    public void MarkStored(LeaseTimer timer) => timer.Stored = ++_stored;

    /// <summary>There is less left than a new leader would give it by itself, and it is not over.</summary>
    public static bool IsWorthStoring(LeaseTimer timer, long nowMs) =>
        timer.SecondsLeft(nowMs) is > 0 and var left && left < timer.TtlSeconds;

    private void PlanCheckpoint(LeaseTimer timer, long nowMs)
    {
        if (timer.TtlSeconds * 1000 > checkpointIntervalMs && timer.DeadlineMs - nowMs > checkpointIntervalMs)
        {
            timer.CheckpointMs = nowMs + checkpointIntervalMs;
            _checkpoints.Set(timer, timer.CheckpointMs);
        }
        else
        {
            _checkpoints.Remove(timer);
        }
    }
}
