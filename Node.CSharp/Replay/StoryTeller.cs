// Makes a story of a replay: what the core tells of each step, what the host noted, and what only the times show
// (a process that stood still, a sync that took long).
using System.Globalization;
using Kv.Core.Raft;
using Kv.Node.Recording;

namespace Kv.Node.Replay;

/// <summary>Tells what happened on one member.</summary>
internal sealed class StoryTeller
{
    /// <summary>Heartbeat intervals without an input past which the process must have stood still.</summary>
    private const int StillTicks = 5;

    /// <summary>A sync that takes longer is told.</summary>
    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<ulong, string> _names = [];
    private readonly Queue<(ulong Sequence, DateTimeOffset Issued)> _writes = new();
    private readonly Sums _sums = new();
    private readonly List<Told> _lines = [];
    private TimeSpan _tick = TimeSpan.FromMilliseconds(100);
    private DateTimeOffset? _lastInput;
    private DateTimeOffset? _leaderHeard;
    private string _silence = "";
    private ReplayedStart? _start;
    private ulong _run;
    private ReplayedStep? _last;
    private bool _isToldToStop;
    private ulong _member;
    private ulong _term;
    private ulong _step;

    /// <summary>The member's own name, or its id.</summary>
    public string Self => _member == 0 ? "?" : NameOf(_member);

    /// <summary>The story, line by line.</summary>
    public IEnumerable<Told> Tell(IEnumerable<Replayed> replay)
    {
        foreach (var item in replay)
        {
            foreach (var line in TellOne(item))
            {
                yield return line;
            }
        }

        foreach (var line in TellRest())
        {
            yield return line;
        }
    }

    /// <summary>What is left to be told at the end.</summary>
    public IReadOnlyList<Told> TellRest()
    {
        _lines.Clear();
        TellStart();
        _lines.AddRange(_sums.Take(null));
        TellEnd("nothing is recorded behind this, and the process was not told to stop: it was killed, or runs still");
        return _lines;
    }

    /// <summary>What is to be told by now. A line that is told as it is comes behind the sums before it.</summary>
    public IReadOnlyList<Told> TellOne(Replayed item)
    {
        _lines.Clear();
        if (item is not ReplayedNote { Note.Kind: NoteKind.Members or NoteKind.Started })
        {
            TellStart();
        }

        _lines.AddRange(_sums.Take(item.Time));
        var held = _lines.Count;
        Take(item);
        if (_lines.Count > held)
        {
            _lines.InsertRange(held, _sums.Take(null));
        }

        return _lines;
    }

    /// <summary>A length of time for people.</summary>
    public static string Show(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    /// <summary>A member's name; its id if it has none that is known.</summary>
    public string NameOf(ulong id) => _names.TryGetValue(id, out var name)
        ? name
        : id.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>A text of the core with the members' names in it instead of their ids.</summary>
    public string Rename(string text)
    {
        foreach (var (id, name) in _names)
        {
            // Shorter numbers may be anything.
            var number = id.ToString(CultureInfo.InvariantCulture);
            text = number.Length > 9 ? text.Replace(number, name, StringComparison.Ordinal) : text;
        }

        return text;
    }

    private void Take(Replayed item)
    {
        switch (item)
        {
            case ReplayedStart start:
                Begin(start);
                break;
            case ReplayedStep step:
                Step(step);
                break;
            case ReplayedNote note:
                Note(note);
                break;
            case ReplayedGap gap:
                Forget();
                Say(gap, "gap", $"{gap.Count} steps were not recorded: the recorder could not keep up, or not write");
                break;
            case ReplayedClockSet set:
                Say(set, "clock", $"the wall clock was set {Show(set.By.Duration())} {(set.By < TimeSpan.Zero ? "back" : "forward")}");
                break;
            case ReplayedFailure failure:
                Say(failure, "failure", $"a rule of the core was broken, which ends the node: {failure.Text}; after {Describe.Input(failure.Input)}");
                break;
            case ReplayedDivergence divergence:
                _step = divergence.Number;
                Say(divergence, "divergence", $"step {divergence.Number} ({divergence.Place}): {divergence.Text}");
                break;
            case ReplayedDamage damage:
                Forget();
                Say(damage, "damage", $"{damage.Place}: {damage.Problem}; going on with the next segment");
                break;
            default:
                throw new InvalidOperationException($"unknown item {item.GetType().Name}");
        }
    }

    private void Begin(ReplayedStart start)
    {
        Forget();
        if (_run != start.Identity.Run)
        {
            TellEnd("nothing more is recorded of this run, and the process was not told to stop: it was killed");
            (_run, _last, _isToldToStop) = (start.Identity.Run, null, false);
        }

        _start = start;
        _member = start.Identity.MemberId;
        _term = start.State.Status.Term;
        if (start.Identity.TickMilliseconds > 0)
        {
            _tick = TimeSpan.FromMilliseconds(start.Identity.TickMilliseconds);
        }
    }

    /// <summary>A start is told when the names of the members are known, which come right behind it.</summary>
    private void TellStart()
    {
        if (_start is not { } start)
        {
            return;
        }

        _start = null;
        var (identity, state) = (start.Identity, start.State.Status);
        var role = state.Role switch
        {
            Role.Leader => "leader",
            Role.Follower => state.Leader == 0 ? "follower without a leader" : $"follower of {NameOf(state.Leader)}",
            _ => "candidate",
        };
        Say(
            start,
            "start",
            (start.IsNewRun
                ? $"member {Named(identity.MemberId)} of cluster {identity.ClusterId:x} starts with {identity.Release}"
                : $"the recording of member {Named(identity.MemberId)} begins here, as {role} ({identity.Release})")
            + $": term {state.Term}, log {state.FirstIndex} to {state.LastIndex}, committed {state.Commit}, applied {state.Applied}");
    }

    /// <summary>A run that ends without a word, as what it did last.</summary>
    private void TellEnd(string text)
    {
        if (_last is { } last && !_isToldToStop)
        {
            Say(last, "end", text);
        }
    }

    private string Named(ulong id) => _names.TryGetValue(id, out var name) ? $"{id:x} ({name})" : $"{id:x}";

    private void Step(ReplayedStep step)
    {
        LookForStandstill(step);
        (_step, _last) = (step.Number, step);
        var status = step.After.Status;
        _term = status.Term;
        foreach (var line in Story.Tell(step.Before, step.Input, step.After, step.Output, NameOf))
        {
            Tell(step, line);
        }

        var before = step.Before.Status.Commit;
        if (status.Commit > before)
        {
            _sums.Commit(Line(step, "commit", ""), before, status.Commit);
        }

        LookAtEvents(step);
    }

    private void Tell(ReplayedStep step, StoryLine line)
    {
        var kind = Word(line.Kind);
        if (line.Kind == StoryKind.Silence)
        {
            if (line.Text != _silence)
            {
                Say(step, kind, line.Text.Length > 0 ? line.Text : "all members show signs of life again");
            }

            _silence = line.Text;
        }
        else if (line.Count > 0)
        {
            _sums.Add(Line(step, kind, line.Text), line.Count);
        }
        else if (line.Kind == StoryKind.Election && step.Input.IsTick && _leaderHeard is { } heard)
        {
            Say(step, kind, $"{line.Text} (a leader was heard {Show(step.Time - heard)} ago)");
            _leaderHeard = null;
        }
        else
        {
            Say(step, kind, line.Text);
        }
    }

    private void LookForStandstill(ReplayedStep step)
    {
        if (step.Time - _lastInput is { } still && still > _tick * StillTicks)
        {
            Say(step, "standstill", $"nothing ran here for {Show(still)}: the process was stopped, or had no processor");
        }

        _lastInput = step.Time;
    }

    private void LookAtEvents(ReplayedStep step)
    {
        foreach (var happened in step.Output.Events)
        {
            switch (happened)
            {
                case Event.LeaderHeard:
                case Event.RoleChanged { Role: Role.Follower, Leader: not 0 }:
                    _leaderHeard = step.Time;
                    break;
                case Event.WriteIssued { MustSync: true } write:
                    _writes.Enqueue((write.Sequence, step.Time));
                    break;
                case Event.WriteCompleted written:
                    LookForSlowSync(step, written.Sequence);
                    break;
                default:
                    break;
            }
        }
    }

    private void LookForSlowSync(ReplayedStep step, ulong sequence)
    {
        DateTimeOffset? oldest = null;
        var count = 0;
        while (_writes.TryPeek(out var write) && write.Sequence <= sequence)
        {
            _writes.Dequeue();
            oldest ??= write.Issued;
            count++;
        }

        if (step.Time - oldest is { } took && took >= SlowSync)
        {
            Say(step, "sync", $"making {(count == 1 ? "a write" : $"{count} writes")} of the log durable took {Show(took)}");
        }
    }

    private void Note(ReplayedNote replayed)
    {
        var note = replayed.Note;
        _isToldToStop |= note.Kind is NoteKind.Stopping or NoteKind.Faulted;
        var text = note.Kind switch
        {
            NoteKind.Members => Learn(note),
            NoteKind.Started => Learn(note with { Numbers = [_member] }),
            NoteKind.Stopping => "the process is told to stop",
            NoteKind.Faulted => $"the node cannot go on: {note.Text}",
            NoteKind.SnapshotTaken => note.Numbers is [var index, var bytes]
                ? string.Create(CultureInfo.InvariantCulture, $"wrote a snapshot at {index}, {bytes} bytes")
                : "wrote a snapshot",
            NoteKind.DiskShort => $"the disk is full, client writes are refused: {note.Text}",
            NoteKind.DiskEnough => "there is room on the disk again",
            NoteKind.Fenced => "this member's data differs from that of the others: it serves none any more",
            _ => $"note {(byte)note.Kind}: {note.Text}",
        };
        if (text.Length > 0)
        {
            Say(replayed, "host", text);
        }
    }

    private string Learn(Note note)
    {
        var names = note.Text.Split('\n');
        for (var i = 0; i < note.Numbers.Length && i < names.Length; i++)
        {
            if (names[i].Length > 0)
            {
                _names[note.Numbers[i]] = names[i];
            }
        }

        return "";
    }

    /// <summary>What was going on is not known to go on.</summary>
    private void Forget()
    {
        _writes.Clear();
        (_lastInput, _leaderHeard, _silence) = (null, null, "");
    }

    private Told Line(Replayed item, string kind, string text) => new(item.Time, item.Place, _step, _term, kind, text);

    private void Say(Replayed item, string kind, string text) => _lines.Add(Line(item, kind, text));

    private static string Word(StoryKind kind) => kind switch
    {
        StoryKind.Election => "election",
        StoryKind.Vote => "vote",
        StoryKind.Leader => "leader",
        StoryKind.Transfer => "transfer",
        StoryKind.Membership => "members",
        StoryKind.Log => "log",
        StoryKind.Snapshot => "snapshot",
        StoryKind.Refusal => "refusal",
        StoryKind.Silence => "silence",
        StoryKind.Connection => "network",
        _ => "other",
    };
}
