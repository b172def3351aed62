// A history, sorted by revision: which answered operation made each revision, who says what about the state at it,
// and what may have made those that nobody was answered with.
using Checking.Model;

namespace Checking.Search;

/// <summary>What is known about every revision of a history.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<long, Operation> _writers = [];
    private readonly Dictionary<long, List<Operation>> _claims = [];
    private readonly Dictionary<long, List<FinalState>> _finals = [];
    private readonly List<Sighting> _sightings = [];
    private readonly Dictionary<string, List<long>> _puts = new(StringComparer.Ordinal);
    private readonly List<(long Order, long Revision)> _compactions = [];

    public Evidence(History history, IReadOnlyCollection<WatchRecord> trusted, long skew)
    {
        Initial = history.Initial;
        RealTime = new RealTime(history, trusted);
        Last = Initial.Revision;
        Watches = [.. trusted.Where(watch => watch.FirstRevision > 0).Select(watch => new WatchClaim(watch))];
        foreach (var operation in history.Operations.Where(operation => operation.Outcome == Outcome.Ok))
        {
            AddAnswered(operation);
        }

        foreach (var final in history.Finals.Where(final => final.Revision >= Initial.Revision))
        {
            Put(_finals, final.Revision, final);
            Last = Math.Max(Last, final.Revision);
            _sightings.AddRange(final.Rows.Select(row => new Sighting(row, final.Revision, false, Rules.Durable, final)));
        }

        foreach (var watch in Watches)
        {
            Last = Math.Max(Last, watch.Last);
            foreach (var change in watch.Events)
            {
                var revision = change.Row.ModRevision;
                _sightings.Add(new Sighting(change.Row, revision, change.IsDelete, Rules.WatchGenuine, watch.Watch));
                if (change.Previous is { } previous)
                {
                    _sightings.Add(new Sighting(previous, revision - 1, false, Rules.WatchPrevKv, watch.Watch));
                }
            }
        }

        foreach (var operation in history.Operations.Where(operation => operation.Request is Compact && operation.Outcome != Outcome.Failed))
        {
            var revision = ((Compact)operation.Request).Revision;
            _compactions.Add((operation.CallOrder, Math.Max(revision, _compactions.Count == 0 ? 0 : _compactions[^1].Revision)));
        }

        Sights = new Sights(history, trusted);
        Candidates = [.. FindCandidates(history, skew)];
        Violations.AddRange(RealTime.Violations().Select(item => item.Violation));
    }

    public FinalState Initial { get; }

    public RealTime RealTime { get; }

    public Sights Sights { get; }

    /// <summary>The newest revision that anybody saw.</summary>
    public long Last { get; private set; }

    public IReadOnlyList<WatchClaim> Watches { get; }

    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>What is impossible whatever else happened.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>Reads of a state before the first of this history, which cannot be judged.</summary>
    public int Unjudged { get; private set; }

    public Operation? WriterOf(long revision) => _writers.GetValueOrDefault(revision);

    /// <summary>Answers that say what the state at a revision was.</summary>
    public IReadOnlyList<Operation> ClaimsAt(long revision) => _claims.GetValueOrDefault(revision) ?? [];

    public IReadOnlyList<FinalState> FinalsAt(long revision) => _finals.GetValueOrDefault(revision) ?? [];

    /// <summary>Every row that anybody was shown, and at which revision.</summary>
    public IReadOnlyList<Sighting> Sightings => _sightings;

    /// <summary>The revisions of answered puts of a key.</summary>
    public IReadOnlyList<long> PutsOf(string key) => _puts.GetValueOrDefault(key) ?? [];

    /// <summary>The highest revision whose compaction was asked for before a place in the recording.</summary>
    public long CompactedBefore(long order)
    {
        var index = _compactions.FindLastIndex(item => item.Order < order);
        return index < 0 ? 0 : _compactions[index].Revision;
    }

    private void AddAnswered(Operation operation)
    {
        var reply = operation.Reply!;
        Last = Math.Max(Last, reply.Revision);
        var revision = operation.Request is ReadRange { Revision: > 0 } read ? read.Revision : reply.Revision;
        var rule = RuleOf(operation);
        if (Footprint.Changed(reply))
        {
            // A row that it did not write itself is of the revision before.
            _sightings.AddRange(RowsIn(reply).Select(row =>
                new Sighting(row, row.ModRevision == revision ? revision : revision - 1, false, rule, operation)));
            foreach (var put in Footprint.PutsDone(operation))
            {
                _puts.TryAdd(put.Key, []);
                _puts[put.Key].Add(revision);
            }

            if (!_writers.TryAdd(reply.Revision, operation))
            {
                Violations.Add(new Violation(
                    Rules.Linearizable, $"{operation} and {_writers[reply.Revision]} made the same revision"));
            }

            return;
        }

        _sightings.AddRange(RowsIn(reply).Select(row => new Sighting(row, revision, false, rule, operation)));
        if (revision > reply.Revision)
        {
            Violations.Add(new Violation(Rules.SerializableRead, $"{operation} is of a revision that was still to come"));
        }
        else if (revision < Initial.Revision)
        {
            Unjudged++;
        }
        else if (operation.Request is not (Compact or GrantLease))
        {
            Put(_claims, revision, operation);
        }
    }

    public static string RuleOf(Operation operation) =>
        Footprint.IsSerializable(operation.Request) || operation.Request is ReadRange { Revision: > 0 }
            ? Rules.SerializableRead
            : Rules.Linearizable;

    private IEnumerable<Candidate> FindCandidates(History history, long skew)
    {
        var index = 0;
        var first = Initial.Revision + 1;
        var leases = Initial.Rows.Where(row => row.Lease != 0).Select(row => row.Lease).Distinct().ToDictionary(lease => lease, _ => first);
        var keys = Initial.Rows.Where(row => row.Lease != 0).ToLookup(row => row.Lease, row => row.Key)
            .ToDictionary(group => group.Key, group => group.ToHashSet());
        var all = history.Carried.Select(operation => (operation, first))
            .Concat(history.Operations.Select(operation => (operation, RealTime.Before(operation) + 1)));
        foreach (var (operation, from) in all.Where(item => item.operation.Outcome != Outcome.Failed))
        {
            if (operation.Request is GrantLease grant)
            {
                leases.TryAdd(grant.Lease, from);
            }

            foreach (var put in Footprint.Puts(operation.Request).Where(put => put.Lease != 0))
            {
                leases.TryAdd(put.Lease, from);
                keys.TryAdd(put.Lease, []);
                keys[put.Lease].Add(put.Key);
            }

            if (operation.IsOpen && Footprint.Of(operation.Request).Length > 0 && !Footprint.OnlyReads(operation.Request))
            {
                yield return new Candidate(index++, operation, 0, from, Footprint.Of(operation.Request));
            }
        }

        var promises = history.Leases.ToDictionary(lease => lease.Id, lease => Math.Min(lease.RevokeCall, lease.PromisedUntil - skew));
        foreach (var (lease, attached) in keys)
        {
            yield return new Candidate(
                index++, null, lease, leases[lease], [.. attached.Select(key => new KeyRange(key))],
                promises.TryGetValue(lease, out var until) ? Sights.FirstNotSeenBefore(until) : 0);
        }
    }

    private static IEnumerable<Row> RowsIn(Reply reply) => reply switch
    {
        PutReply { Previous: { } row } => [row],
        DeleteReply { Previous: { } rows } => rows,
        ReadReply read => read.Rows,
        TxnReply txn => txn.Replies.SelectMany(RowsIn),
        _ => [],
    };

    private static void Put<T>(Dictionary<long, List<T>> lists, long revision, T item)
    {
        if (!lists.TryGetValue(revision, out var list))
        {
            lists[revision] = list = [];
        }

        list.Add(item);
    }
}

/// <summary>A row that somebody was shown.</summary>
/// <param name="Row">The row.</param>
/// <param name="At">The revision it was the key's row at.</param>
/// <param name="IsDelete">True if it says that the key went at this revision.</param>
/// <param name="Rule">The rule that is broken if it is not so.</param>
/// <param name="Source">Who saw it.</param>
internal readonly record struct Sighting(Row Row, long At, bool IsDelete, string Rule, object Source);
