// Takes the steps of a recording again and compares what they come to with what the node came to: at every step by
// the fingerprint, at every checkpoint by all of the state.
using Kv.Core.Raft;
using Kv.Node.Recording;

namespace Kv.Node.Replay;

/// <summary>Replays a recording.</summary>
internal sealed class Replayer
{
    /// <summary>Below this the clock was not set, it only drifted.</summary>
    private static readonly TimeSpan ClockSetMin = TimeSpan.FromMilliseconds(500);

    private readonly StepOutput _output = new() { RecordsEvents = true };
    private RecordingIdentity? _identity;
    private RecordingIdentity? _segment;
    private RaftState? _state;
    private ulong _step;
    private DateTimeOffset _time = DateTimeOffset.UnixEpoch;

    /// <summary>What happened, in order, up to the first divergence.</summary>
    public IEnumerable<Replayed> Run(IEnumerable<Recorded> records)
    {
        foreach (var recorded in records)
        {
            if (Take(recorded) is { } replayed)
            {
                yield return replayed;
                if (replayed is ReplayedDivergence)
                {
                    yield break;
                }
            }
        }
    }

    private Replayed? Take(Recorded recorded)
    {
        switch (recorded)
        {
            case RecordedSegment segment:
                _segment = segment.Identity;
                return null;
            case RecordedCheckpoint checkpoint:
                return Begin(checkpoint);
            case RecordedStep step:
                return Step(step);
            case RecordedFailure failure:
                return Fail(failure);
            case RecordedGap gap:
                Pass(gap.Elapsed);
                _state = null;
                return new ReplayedGap(_time, gap.Place, gap.Count);
            case RecordedClock clock:
                return SetClock(clock);
            case RecordedNote note:
                return new ReplayedNote(At(note.Note.Time), note.Place, note.Note);
            case RecordedDamage damage:
                _state = null;
                return new ReplayedDamage(_time, damage.Place, _segment is null ? damage.Problem : $"{damage.Problem} ({Releases})");
            default:
                throw new InvalidOperationException($"unknown record {recorded.GetType().Name}");
        }
    }

    private static DateTimeOffset At(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    private void Pass(long microseconds)
    {
        var left = (DateTimeOffset.MaxValue - _time).Ticks / TimeSpan.TicksPerMicrosecond;
        _time = _time.AddTicks(Math.Min(microseconds, left) * TimeSpan.TicksPerMicrosecond);
    }

    private Replayed? Begin(RecordedCheckpoint checkpoint)
    {
        var isSameRun = _identity is not null && _segment == _identity;
        var goesOn = isSameRun && _state is not null && checkpoint.Step == _step;
        var reached = _state;
        _time = At(checkpoint.WallClock);
        (_identity, _state, _step) = (_segment, checkpoint.State, checkpoint.Step);
        if (!goesOn)
        {
            return new ReplayedStart(_time, checkpoint.Place, _identity!, checkpoint.State, !isSameRun && checkpoint.Step == 0);
        }

        var (was, now) = (Describe.State(checkpoint.State), Describe.State(reached!));
        return was == now
            ? null
            : Diverged(checkpoint.Place, $"the states differ:\n  the node: {FirstDifference(was, now)}\n  replayed: {FirstDifference(now, was)}");
    }

    private Replayed Step(RecordedStep step)
    {
        Pass(step.Elapsed);
        if (_state is not { } before)
        {
            return new ReplayedDamage(_time, step.Place, "a step stands before any state");
        }

        _step++;
        _output.Clear();
        RaftState after;
        try
        {
            after = RaftMachine.Step(before, step.Input, _output);
        }
#pragma warning disable CA1031 // A state or an input that no node had can break anything.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            return Diverged(step.Place, $"the node went on, and the replay failed: {broken.Message}; after: {Describe.Input(step.Input)}");
        }

        var fingerprint = Fingerprint.Of(after, _output);
        if (fingerprint != step.Fingerprint)
        {
            return Diverged(
                step.Place, $"the node came to {step.Fingerprint:x8}, the replay to {fingerprint:x8}, after: {Describe.Input(step.Input)}");
        }

        _state = after;
        return new ReplayedStep(_time, step.Place, _step, before, step.Input, after, _output);
    }

    private Replayed Fail(RecordedFailure failure)
    {
        Pass(failure.Elapsed);
        if (_state is not { } before)
        {
            return new ReplayedDamage(_time, failure.Place, "a step stands before any state");
        }

        _step++;
        _output.Clear();
        try
        {
            RaftMachine.Step(before, failure.Input, _output);
        }
        catch (Core.InvariantException broken) when (broken.Message == failure.Text)
        {
            _state = null;
            return new ReplayedFailure(_time, failure.Place, _step, failure.Input, $"{broken.Message} ({broken.Id})");
        }

        return Diverged(failure.Place, $"the node failed ({failure.Text}), and the replay did not, after: {Describe.Input(failure.Input)}");
    }

    private ReplayedClockSet? SetClock(RecordedClock clock)
    {
        Pass(clock.Elapsed);
        var wall = At(clock.WallClock);
        var by = wall - _time;
        _time = wall;
        return by.Duration() >= ClockSetMin ? new ReplayedClockSet(_time, clock.Place, by) : null;
    }

    private ReplayedDivergence Diverged(Place place, string text) =>
        new(_time, place, _step, $"{text}\n  {Releases}");

    private string Releases => $"recorded by {_segment!.Release}, replayed by {RecordingIdentity.ThisRelease}";

    /// <summary>The first line of the one that is not in the other.</summary>
    private static string FirstDifference(string one, string other)
    {
        var others = other.Split('\n');
        return one.Split('\n').Where((line, i) => i >= others.Length || line != others[i]).FirstOrDefault() ?? "(no more)";
    }
}
