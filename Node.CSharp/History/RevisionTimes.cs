// Which revision was the newest at a time, from looks at the store once a second. Revisions only grow, so two
// looks that saw the same one are proof for all of the time between; two that saw different ones, only if
// they are so close that it does not matter. What lies in a longer gap (the node was down, or had no leader)
// is not known, and not guessed.
namespace Kv.Node.History;

/// <summary>A bounded map of time to revision. Any thread may call it.</summary>
internal sealed class RevisionTimes
{
    /// <summary>Points kept: a day and a half of changes in every second, and longer the fewer there are.</summary>
    public const int PointsMax = 131_072;

    /// <summary>Time between two looks past which what happened between is not known, milliseconds.</summary>
    public const long GapMax = 2_000;

    private const int TrimCount = PointsMax / 8;

    private readonly Lock _lock = new();
    private readonly List<RevisionPoint> _points;

    /// <param name="points">What was known before, in order of time.</param>
    public RevisionTimes(IEnumerable<RevisionPoint> points)
    {
        _points = [.. points];
        Trim();
    }

    /// <summary>The oldest and the newest time anything is known of; null if nothing is.</summary>
    public (long First, long Last)? Span
    {
        get
        {
            lock (_lock)
            {
                return _points.Count == 0 ? null : (_points[0].Time, _points[^1].Time);
            }
        }
    }

    /// <summary>Takes in one look. A clock that went back and a store that is not caught up yet say nothing.</summary>
    /// <returns>The points this made final, in order: those a file has to have.</returns>
    public IReadOnlyList<RevisionPoint> Add(RevisionPoint point)
    {
        lock (_lock)
        {
            if (_points.Count == 0)
            {
                _points.Add(point);
                return [point];
            }

            var last = _points[^1];
            if (point.Time <= last.Time || point.Revision < last.Revision)
            {
                return [];
            }

            var lastCloses = _points.Count > 1 && _points[^2].Revision == last.Revision;
            if (point.Revision == last.Revision)
            {
                if (lastCloses)
                {
                    _points[^1] = point;
                }
                else
                {
                    _points.Add(point);
                }

                return [];
            }

            _points.Add(point);
            Trim();
            return lastCloses ? [last, point] : [point];
        }
    }

    /// <summary>The newest point, which <see cref="Add"/> may not have called final.</summary>
    public RevisionPoint? Newest
    {
        get
        {
            lock (_lock)
            {
                return _points.Count == 0 ? null : _points[^1];
            }
        }
    }

    /// <summary>The revision at a time, milliseconds since 1970; null if it is not known.</summary>
    public long? At(long time)
    {
        lock (_lock)
        {
            var after = FirstAfter(time);
            if (after == 0)
            {
                return null;
            }

            var before = _points[after - 1];
            if (after == _points.Count)
            {
                return time - before.Time <= GapMax ? before.Revision : null;
            }

            var next = _points[after];
            return next.Revision == before.Revision || next.Time - before.Time <= GapMax || time == before.Time
                ? before.Revision
                : null;
        }
    }

    /// <summary>Index of the first point later than this.</summary>
    private int FirstAfter(long time)
    {
        var (low, high) = (0, _points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_points[middle].Time <= time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Trim()
    {
        if (_points.Count > PointsMax)
        {
            _points.RemoveRange(0, Math.Max(TrimCount, _points.Count - PointsMax));
        }
    }
}
