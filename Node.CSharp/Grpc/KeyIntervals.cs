// The key ranges a transaction branch deletes, kept so that one lookup tells whether a key is among
// them. Built once and asked often: intervals are sorted and merged at the first question.
namespace Kv.Node.Grpc;

/// <summary>A set of keys made of intervals.</summary>
internal sealed class KeyIntervals
{
    private readonly List<(ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte> End)> _intervals = [];
    private bool _isMerged = true;

    /// <summary>Adds an interval; an empty end is the single key. Like etcd's interval tree, this takes
    /// "\0" for a key and not for "no end", so an interval up to it is empty: clients may delete
    /// everything from a key on and put keys in one transaction.</summary>
    public void Add(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd)
    {
        var end = rangeEnd;
        if (end.IsEmpty)
        {
            var successor = new byte[key.Length + 1];
            key.CopyTo(successor);
            end = successor;
        }

        if (key.Span.SequenceCompareTo(end.Span) < 0)
        {
            _intervals.Add((key, end));
            _isMerged = false;
        }
    }

    /// <summary>Adds all of another set.</summary>
    public void Add(KeyIntervals other)
    {
        if (other._intervals.Count > 0)
        {
            _intervals.AddRange(other._intervals);
            _isMerged = false;
        }
    }

    /// <summary>The key lies in one of the intervals.</summary>
    public bool Contains(ReadOnlySpan<byte> key)
    {
        Merge();
        int low = 0, high = _intervals.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var (start, end) = _intervals[middle];
            if (key.SequenceCompareTo(start.Span) < 0)
            {
                high = middle - 1;
            }
            else if (key.SequenceCompareTo(end.Span) >= 0)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Leaves disjoint intervals in ascending order.</summary>
    private void Merge()
    {
        if (_isMerged)
        {
            return;
        }

        _intervals.Sort(static (a, b) => a.Start.Span.SequenceCompareTo(b.Start.Span));
        var kept = 0;
        for (var i = 1; i < _intervals.Count; i++)
        {
            var (start, end) = _intervals[kept];
            var next = _intervals[i];
            if (next.Start.Span.SequenceCompareTo(end.Span) <= 0)
            {
                _intervals[kept] = (start, Later(end, next.End));
            }
            else
            {
                _intervals[++kept] = next;
            }
        }

        _intervals.RemoveRange(kept + 1, _intervals.Count - kept - 1);
        _isMerged = true;
    }

    private static ReadOnlyMemory<byte> Later(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b) =>
        a.Span.SequenceCompareTo(b.Span) >= 0 ? a : b;
}
