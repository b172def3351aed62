// A key-value store that is linearizable because it does one thing after the other, written apart from the checkers'
// own model and simpler: every revision's state is kept whole.
using System.Collections.Immutable;

namespace Checking.Tests;

/// <summary>The store.</summary>
internal sealed class HonestStore
{
    private readonly List<ImmutableSortedDictionary<string, Row>> _states =
        [.. Enumerable.Repeat(ImmutableSortedDictionary.Create<string, Row>(StringComparer.Ordinal), 2)];

    private readonly List<WatchEvent[]> _events = [[], []];
    private readonly HashSet<long> _ended = [];

    public long Revision => _states.Count - 1;

    public long Compacted { get; private set; }

    public IReadOnlyList<WatchEvent> EventsOf(long revision) => _events[(int)revision];

    public Row[] Rows(KeyRange keys, long revision) => [.. _states[(int)revision].Values.Where(row => keys.Contains(row.Key))];

    /// <summary>Does it; null if it is refused.</summary>
    public Reply? Do(Request request)
    {
        switch (request)
        {
            case ReadRange read:
                var at = read.Revision == 0 ? Revision : read.Revision;
                return at < Compacted ? null : Read(read, at);
            case Compact compact when compact.Revision <= Compacted || compact.Revision > Revision:
                return null;
            case Compact compact:
                Compacted = compact.Revision;
                return new DoneReply(Revision);
            case RevokeLease revoke when _ended.Contains(revoke.Lease):
                return null;
            case RevokeLease revoke:
                EndLease(revoke.Lease);
                return new DoneReply(Revision);
            case GrantLease:
                return new DoneReply(Revision);
        }

        var (next, events, revision) = (_states[^1], new List<WatchEvent>(), Revision + 1);
        Reply? Part(Request part)
        {
            switch (part)
            {
                case Put put when _ended.Contains(put.Lease):
                    return null;
                case Put put:
                    var old = next.GetValueOrDefault(put.Key);
                    var row = new Row(put.Key, put.Value, old?.CreateRevision ?? revision, revision, 1 + (old?.Version ?? 0), put.Lease);
                    next = next.SetItem(put.Key, row);
                    events.Add(new WatchEvent(false, row, old));
                    return new PutReply(revision, put.PrevKv ? old : null);
                case DeleteRange delete:
                    var gone = next.Values.Where(row => delete.Keys.Contains(row.Key)).ToArray();
                    next = next.RemoveRange(gone.Select(row => row.Key));
                    events.AddRange(gone.Select(row => new WatchEvent(true, Row.Deleted(row.Key, revision), row)));
                    return new DeleteReply(revision, gone.Length, delete.PrevKv ? gone : null);
                default:
                    var found = next.Values.Where(row => ((ReadRange)part).Keys.Contains(row.Key)).ToArray();
                    return ReadReply.Of(revision, found);
            }
        }

        Reply? reply;
        if (request is Txn txn)
        {
            // Version comparisons are all that the random histories have.
            var holds = txn.Compares.All(compare => (next.GetValueOrDefault(compare.Keys.Key)?.Version ?? 0) == compare.Number);
            var replies = (holds ? txn.Then : txn.Else).Select(Part).ToArray();
            reply = replies.Contains(null) ? null : new TxnReply(revision, holds, replies!);
        }
        else
        {
            reply = Part(request);
        }

        if (reply is not null && events.Count > 0)
        {
            Add(next, events);
        }

        return reply is null ? null : reply with { Revision = Revision };
    }

    public ReadReply Read(ReadRange read, long at)
    {
        var rows = Rows(read.Keys, at);
        var taken = read.Limit > 0 ? rows.Take((int)read.Limit).ToArray() : rows;
        return new ReadReply(read.Revision == 0 ? at : Revision, taken, rows.Length, taken.Length < rows.Length);
    }

    public bool IsEnded(long lease) => _ended.Contains(lease);

    public void EndLease(long lease)
    {
        var gone = _states[^1].Values.Where(row => row.Lease == lease).ToArray();
        if (_ended.Add(lease) && gone.Length > 0)
        {
            var revision = Revision + 1;
            Add(
                _states[^1].RemoveRange(gone.Select(row => row.Key)),
                [.. gone.Select(row => new WatchEvent(true, Row.Deleted(row.Key, revision), row))]);
        }
    }

    /// <summary>The last revision never was.</summary>
    public void Forget()
    {
        _states.RemoveAt(_states.Count - 1);
        _events.RemoveAt(_events.Count - 1);
    }

    private void Add(ImmutableSortedDictionary<string, Row> state, List<WatchEvent> events)
    {
        _states.Add(state);
        _events.Add([.. events]);
    }
}
