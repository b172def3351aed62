// Looks once a second which revision is the newest, and remembers it. Only while there is a leader: without
// one this member may be behind, and would remember old revisions as new.
using Kv.Node.Diagnostics;
using Kv.Node.Ports;

namespace Kv.Node.History;

/// <summary>Keeps the map of time to revision up to date.</summary>
internal sealed class RevisionRecorder(RevisionTimesFile file, TimeProvider clock, ILogger logger)
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Time after which a point goes into the file though nothing changed, milliseconds.</summary>
    private const long IdleWrite = 60_000;

    private readonly Lock _lock = new();
    private long _written = file.Points is [.., var last] ? last.Time : 0;
    private bool _hasFailed;

    /// <summary>What is known.</summary>
    public RevisionTimes Times { get; } = new(file.Points);

    /// <summary>Takes in the newest revision.</summary>
    public void Look(long revision)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var points = Times.Add(new RevisionPoint(now, revision));
            if (points.Count > 0)
            {
                Write(points);
            }
            else if (now - _written >= IdleWrite)
            {
                WriteNewest();
            }
        }
    }

    /// <summary>Writes down what was seen last.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            WriteNewest();
        }
    }

    private void WriteNewest()
    {
        if (Times.Newest is { } newest && newest.Time > _written)
        {
            Write([newest]);
        }
    }

    private void Write(IReadOnlyList<RevisionPoint> points)
    {
        try
        {
            file.Append([.. points.Where(point => point.Time > _written)]);
            _written = points[^1].Time;
            _hasFailed = false;
        }
        catch (DiskFailureException failure)
        {
            // Nothing depends on it but questions about the past.
            if (!_hasFailed)
            {
                _hasFailed = true;
                logger.RevisionTimesNotWritten(failure.Message);
            }
        }
    }
}
