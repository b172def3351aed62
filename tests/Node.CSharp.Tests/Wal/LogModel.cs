// What a log should hold after each of the changes made to it, in order; a recovered log must be one
// of these, no older than the last sync.
using System.Collections.Immutable;
using Kv.Core.Raft;
using Kv.Node.Wal;
using Xunit;

namespace Kv.Node.Tests.Wal;

/// <summary>The content of a log at one point.</summary>
internal sealed record LogContent(
    HardState HardState,
    ulong Base,
    ulong BaseTerm,
    ImmutableList<Entry> Entries,
    ImmutableList<SnapshotMark> Marks)
{
    public ulong Term => HardState.Term;

    public ulong Commit => HardState.Commit;

    public ulong Last => Base + (ulong)Entries.Count;

    public ulong TermOf(ulong index) => Entries[(int)(index - Base) - 1].Term;
}

internal sealed class LogModel
{
    private readonly List<LogContent> _history =
    [
        new(default, 0, 0, [], []),
    ];

    private SnapshotMark _released = WalFixture.NoMark;

    public LogContent Now => _history[^1];

    /// <summary>Index of the newest snapshot the log was released to or started behind.</summary>
    public ulong Floor => Math.Max(Now.Base, _released.Index);

    /// <summary>Position in the history that is durable.</summary>
    public int SyncedCount { get; private set; }

    public void SetHardState(HardState state) => _history.Add(Now with { HardState = state });

    public void AddMark(SnapshotMark mark) => _history.Add(Now with { Marks = Now.Marks.Add(mark) });

    public void AddEntry(Entry entry)
    {
        var kept = (int)(entry.Index - Now.Base) - 1;
        _history.Add(Now with { Entries = Now.Entries.RemoveRange(kept, Now.Entries.Count - kept).Add(entry) });
    }

    public void Install(SnapshotMark mark) => _history.Add(Now with
    {
        Base = mark.Index,
        BaseTerm = mark.Term,
        Entries = [],
        Marks = Now.Marks.Add(mark),
    });

    public void SyncAll() => SyncedCount = _history.Count - 1;

    /// <summary>Entries up to here may go; the log makes the mark durable first.</summary>
    public void Release(SnapshotMark mark) => _released = mark;

    /// <summary>Checks a recovered log and makes it the present.</summary>
    public void Accept(RecoveredLog recovered, int seed)
    {
        for (var position = _history.Count - 1; position >= SyncedCount; position--)
        {
            if (IsSame(_history[position], recovered))
            {
                _history.RemoveRange(position + 1, _history.Count - position - 1);
                _history[position] = Now with { HardState = recovered.HardState };
                SyncedCount = position;
                return;
            }
        }

        Assert.Fail(
            $"seed {seed}: recovered {recovered.FirstIndex}..{recovered.LastIndex}, {recovered.HardState} is none "
            + $"of the {_history.Count - SyncedCount} possible contents");
    }

    private bool IsSame(LogContent content, RecoveredLog recovered)
    {
        var state = new HardState(content.Term, content.HardState.Vote, Math.Min(content.Commit, content.Last));
        if (!state.Equals(recovered.HardState) || content.Last != recovered.LastIndex || !SameMark(content, recovered))
        {
            return false;
        }

        // Released entries may or may not be there; those behind the released mark must be.
        var from = _released.Index > content.Base
            ? _released
            : WalFixture.Mark(content.Base, content.BaseTerm);
        if (from.Index > content.Last || !recovered.Covers(from))
        {
            return false;
        }

        var expected = content.Entries.Skip((int)(from.Index - content.Base));
        return WalFixture.Describe(expected).SequenceEqual(WalFixture.Describe(recovered.EntriesAfter(from)));
    }

    private static bool SameMark(LogContent content, RecoveredLog recovered) => content.Marks.Count == 0
        ? recovered.Marks.Count == 0
        : recovered.Marks.Count > 0 && recovered.Marks[^1].Index == content.Marks[^1].Index;
}
