// Timers by due time. Each knows its place, so that a lease that is revoked leaves at once instead of
// lying there until its time would have been over.
namespace Kv.Node.Leases;

/// <summary>Where a timer is in a heap.</summary>
internal struct HeapPlace
{
    /// <summary>What the heap orders by.</summary>
    public long DueMs;

    /// <summary>Index in the heap plus one; 0 outside.</summary>
    public int Slot;
}

/// <summary>Which of its places a timer uses in a heap.</summary>
internal interface IHeapPlace
{
    static abstract ref HeapPlace Of(LeaseTimer timer);
}

/// <summary>The place among the ends.</summary>
internal readonly struct EndPlace : IHeapPlace
{
    public static ref HeapPlace Of(LeaseTimer timer) => ref timer.End;
}

/// <summary>The place among the checkpoints.</summary>
internal readonly struct CheckpointPlace : IHeapPlace
{
    public static ref HeapPlace Of(LeaseTimer timer) => ref timer.Checkpoint;
}

/// <summary>A binary heap of timers, earliest first.</summary>
internal sealed class TimerHeap<TPlace>
    where TPlace : struct, IHeapPlace
{
    private LeaseTimer[] _items = new LeaseTimer[16];

    public int Count { get; private set; }

    /// <summary>The earliest, or null.</summary>
    public LeaseTimer? First => Count > 0 ? _items[0] : null;

    /// <summary>Puts a timer in, or to where its new due time belongs.</summary>
    public void Set(LeaseTimer timer, long dueMs)
    {
        ref var place = ref TPlace.Of(timer);
        place.DueMs = dueMs;
        if (place.Slot == 0)
        {
            if (Count == _items.Length)
            {
                Array.Resize(ref _items, Count * 2);
            }

            Put(timer, Count++);
        }

        Rise(place.Slot - 1);
        Sink(place.Slot - 1);
    }

    /// <summary>Takes a timer out, if it is in.</summary>
    public void Remove(LeaseTimer timer)
    {
        ref var place = ref TPlace.Of(timer);
        if (place.Slot == 0)
        {
            return;
        }

        var at = place.Slot - 1;
        place.Slot = 0;
        var last = _items[--Count];
        _items[Count] = null!;
        if (at < Count)
        {
            Put(last, at);
            Rise(at);
            Sink(TPlace.Of(last).Slot - 1);
        }
    }

    /// <summary>Takes all out, for good: their places are not cleared.</summary>
    public void Abandon()
    {
        _items = new LeaseTimer[16];
        Count = 0;
    }

    private void Rise(int at)
    {
        var timer = _items[at];
        while (at > 0 && TPlace.Of(timer).DueMs < Due((at - 1) / 2))
        {
            Put(_items[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }

        Put(timer, at);
    }

    private void Sink(int at)
    {
        var timer = _items[at];
        while ((at * 2) + 1 < Count)
        {
            var child = (at * 2) + 1;
            if (child + 1 < Count && Due(child + 1) < Due(child))
            {
                child++;
            }

            if (Due(child) >= TPlace.Of(timer).DueMs)
            {
                break;
            }

            Put(_items[child], at);
            at = child;
        }

        Put(timer, at);
    }

    private long Due(int at) => TPlace.Of(_items[at]).DueMs;

    private void Put(LeaseTimer timer, int at)
    {
        _items[at] = timer;
        TPlace.Of(timer).Slot = at + 1;
    }
}
