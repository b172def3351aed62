// What a watcher may rely on (etcd-facts §1.6 W1-W23, §8.1): its events are those of the ledger from its start on, in
// order, once each, without a gap, none that it did not ask for, a revision never in parts; creations and previous
// values are right; a progress response comes behind everything up to its revision; and it ends only because what it
// lacks was compacted.
using Kv.Node.Protos;
using Kv.Simulation.Workload;
using Event = Kv.Node.Protos.Event;
using Row = Kv.Core.Mvcc.Row;

namespace Kv.Simulation.Checkers;

/// <summary>Judges watchers.</summary>
internal sealed class WatchGuarantees(Ledger ledger, long compactedMax)
{
    /// <exception cref="Violation">Some watcher was told something wrong.</exception>
    public void Check(WatchSession session)
    {
        if (session.Responses.Count == 0)
        {
            return;
        }

        var created = session.Responses[0];
        Demand(session, created.Created && created.Events.Count == 0, "watch-created", 0, "the first response is not the creation");
        var start = session.Request.StartRevision > 0 ? session.Request.StartRevision : created.Header.Revision + 1;
        var expected = ledger.Rows.Where(row => row.ModRevision >= start && IsWanted(session, row)).ToArray();
        var place = 0;
        for (var i = 1; i < session.Responses.Count; i++)
        {
            var response = session.Responses[i];
            Demand(session, !response.Created, "watch-created", i, "created twice");
            if (response.Canceled)
            {
                var next = place < expected.Length ? expected[place].ModRevision : long.MaxValue;
                Demand(
                    session, response.CompactRevision > 0 && response.CompactRevision <= compactedMax, "watch-canceled", i,
                    $"nothing was compacted up to {response.CompactRevision}");
                Demand(
                    session, start < response.CompactRevision && next >= 0, "watch-canceled", i, "what it wanted was there");
                Demand(session, i == session.Responses.Count - 1, "watch-canceled", i, "something came behind the end");
                return;
            }

            Demand(
                session, ledger.Last >= response.Header.Revision && ledger.TimeOf(response.Header.Revision) <= session.Times[i],
                "watch-future", i, "its header is ahead of the store");
            place = response.Events.Count > 0
                ? CheckEvents(session, i, expected, place)
                : CheckProgress(session, i, expected, place);
        }
    }

    private static bool IsWanted(WatchSession session, Row row) =>
        session.Request.RangeEnd.Length > 0 || row.Key.Span.SequenceEqual(session.Request.Key.Span);

    private int CheckEvents(WatchSession session, int i, Row[] expected, int place)
    {
        var response = session.Responses[i];
        foreach (var seen in response.Events)
        {
            Demand(session, place < expected.Length, "watch-unexpected", i, "there is no such change");
            var row = expected[place];
            if (seen.Kv.ModRevision != row.ModRevision || !seen.Kv.Key.Span.SequenceEqual(row.Key.Span))
            {
                var rule = seen.Kv.ModRevision < row.ModRevision ? "watch-unique" : "watch-reliable";
                throw Broken(session, rule, i, $"{Ledger.TextOf(row.Key)}@{row.ModRevision} is next, not {seen.Kv.Key.ToStringUtf8()}@{seen.Kv.ModRevision}");
            }

            CheckEvent(session, i, seen, row);
            place++;
        }

        var last = response.Events[^1].Kv.ModRevision;
        Demand(
            session, place >= expected.Length || expected[place].ModRevision > last, "watch-atomic", i,
            $"revision {last} comes in parts");
        Demand(session, response.Header.Revision >= last, "watch-header", i, "its header is behind its events");
        return place;
    }

    private void CheckEvent(WatchSession session, int i, Event seen, Row row)
    {
        var isDelete = seen.Type == Event.Types.EventType.Delete;
        var isSame = isDelete == row.IsTombstone
            && (isDelete || (seen.Kv.CreateRevision == row.CreateRevision && seen.Kv.Version == row.Version
                && seen.Kv.Lease == row.Lease && seen.Kv.Value.Span.SequenceEqual(row.Value.Span)));
        Demand(session, isSame, "watch-content", i, $"revision {row.ModRevision} is another change");
        var previous = ledger.Get(Ledger.TextOf(row.Key), row.ModRevision - 1);
        if (!session.Request.PrevKv || (seen.PrevKv is null && row.ModRevision - 1 <= compactedMax))
        {
            Demand(session, session.Request.PrevKv || seen.PrevKv is null, "watch-previous", i, "nobody asked for previous values");
            return;
        }

        Demand(
            session, previous?.ModRevision == seen.PrevKv?.ModRevision
                && (previous is null || previous.Value.Span.SequenceEqual(seen.PrevKv!.Value.Span)),
            "watch-previous", i, $"before {row.ModRevision} it was {(previous is null ? "not there" : Ledger.TextOf(previous.Value))}");
    }

    private static int CheckProgress(WatchSession session, int i, Row[] expected, int place)
    {
        var revision = session.Responses[i].Header.Revision;
        Demand(
            session, place >= expected.Length || expected[place].ModRevision > revision, "watch-bookmark", i,
            place < expected.Length ? $"it lacks revision {expected[place].ModRevision}" : "");
        return place;
    }

    private static void Demand(WatchSession session, bool isSo, string rule, int i, string why)
    {
        if (!isSo)
        {
            throw Broken(session, rule, i, why);
        }
    }

    private static Violation Broken(WatchSession session, string rule, int i, string why) =>
        new(rule, $"client {session.Client}, {session.Request}, response {i} of {session.Responses.Count} at {session.Times[i]}: "
            + $"{session.Responses[i]}: {why}");
}
