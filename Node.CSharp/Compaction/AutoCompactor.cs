// Compacts without being asked, as --auto-compaction-mode and -retention say. Every member looks at
// its schedule, so that a new leader goes on where the old one was; only the leader acts.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Options;

namespace Kv.Node.Compaction;

/// <summary>Runs one schedule.</summary>
internal sealed class AutoCompactor(
    NodeEngine engine, ICompactionSchedule schedule, AutoCompactionOptions options, TimeProvider clock, ILogger logger)
{
    private readonly Lock _lock = new();
    private int _isCompacting;

    /// <summary>Time between two calls of <see cref="Look"/>.</summary>
    public TimeSpan Interval => schedule.Interval;

    /// <summary>One as the options want it; null if they want none.</summary>
    public static AutoCompactor? Create(
        NodeEngine engine, AutoCompactionOptions options, TimeProvider clock, ILogger logger)
    {
        ICompactionSchedule? schedule =
            options.Period > TimeSpan.Zero
                ? new PeriodicSchedule(options.Period, clock.GetElapsedTime(0), engine.State.Revision)
            : options.Revisions > 0 ? new RevisionSchedule(options.Revisions)
            : null;
        return schedule is null ? null : new AutoCompactor(engine, schedule, options, clock, logger);
    }

    /// <summary>Compacts if that is due; to be called once an interval.</summary>
    public void Look()
    {
        long revision;
        var (leads, term) = (engine.Raft.Role == Role.Leader, engine.Term);
        lock (_lock)
        {
            revision = schedule.Look(clock.GetElapsedTime(0), engine.State.Revision, leads);
        }

        if (revision > 0 && Interlocked.Exchange(ref _isCompacting, 1) == 0)
        {
            _ = CompactAsync(revision, term);
        }
    }

    private async Task CompactAsync(long revision, ulong term)
    {
        try
        {
            logger.AutoCompacting(options.Mode, options.Retention, revision);
            var started = clock.GetTimestamp();
            var outcome = await engine.ProposeAsLeaderAsync(Command.NewCompact(revision), term);
            // Somebody else may have compacted further already.
            if (outcome.Error is not (StoreError.None or StoreError.Compacted))
            {
                Failed(revision, StoreErrors.ToException(outcome.Error).Message);
                return;
            }

            lock (_lock)
            {
                schedule.Done(clock.GetElapsedTime(0), revision);
            }

            logger.AutoCompacted(options.Mode, revision, (long)clock.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (EtcdException error)
        {
            Failed(revision, error.Message);
        }
#pragma warning disable CA1031 // Nobody awaits this, and whatever it is, it is a defect.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            engine.OnFault(fault);
        }
        finally
        {
            Volatile.Write(ref _isCompacting, 0);
        }
    }

    private void Failed(long revision, string reason) =>
        logger.AutoCompactionFailed(options.Mode, revision, schedule.Interval, reason);
}
