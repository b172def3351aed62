// Is there an order of everything that happened in which every answer is right? The question of Wing and Gong
// ("Testing and Verifying Concurrent Objects", 1993), searched as Lowe does ("Testing for linearizability", 2017): an
// operation is put in its place no sooner than something demands it, and a configuration (what was used, and the
// state) that was once found hopeless is not tried again.
//
// etcd's answers say the revision they come from, so the place of everything answered is known: what made revision r
// stands between r-1 and r, what read r between r and r+1. Within one place reads commute, and real time is a
// comparison of revisions (RealTime). What is left to search are revisions nobody was answered with: one of the
// operations of unknown outcome, or the end of a lease, must have made each of them, and it must have changed
// something. What was seen of such a revision (a watch event, a row with this mod revision) leaves few candidates;
// among them the search goes depth first. On a contradiction it goes back to the last choice that the contradiction's
// keys depend on, not merely to the last one (conflict-directed backjumping, Prosser 1993).
//
// Sound and complete: an order is found if there is one, unless the budget of steps ends first, which is said.
using Checking.Model;

namespace Checking.Search;

/// <summary>How a search ended.</summary>
internal enum Verdict
{
    /// <summary>There is an order.</summary>
    Possible,

    /// <summary>There is none.</summary>
    Impossible,

    /// <summary>Nobody knows: the budget is used up.</summary>
    Undecided,
}

/// <summary>How a search ended, and with what.</summary>
/// <param name="Verdict">How.</param>
/// <param name="Timeline">The order found.</param>
/// <param name="Mismatch">The contradiction at the highest revision that was reached.</param>
/// <param name="Certain">True if the contradiction does not depend on any choice: it is the reason.</param>
internal sealed record SearchResult(Verdict Verdict, Timeline? Timeline, Mismatch? Mismatch, bool Certain);

/// <summary>One search.</summary>
/// <param name="evidence">What is known.</param>
/// <param name="excluded">Operations, watchers and states whose word does not count.</param>
/// <param name="rules">The rules whose contradictions count; null for all.</param>
/// <param name="budget">How many revisions may be tried, each again counted.</param>
/// <param name="promisesKept">True if no lease may end before its time.</param>
internal sealed class RevisionSearch(
    Evidence evidence, IReadOnlySet<object> excluded, IReadOnlySet<string>? rules, long budget, bool promisesKept)
{
    private readonly Gaps _gaps = new(
        evidence, sighting => (rules is null || rules.Contains(sighting.Rule)) && !excluded.Contains(sighting.Source), promisesKept);

    private readonly StoreModel _model = new(evidence.Initial);
    private readonly List<int> _marks = [];
    private readonly List<Choice> _choices = [];
    private readonly bool[] _used = new bool[evidence.Candidates.Count];
    private readonly Dictionary<(long Revision, UInt128 Used, UInt128 State), KeySet> _hopeless = [];
    private readonly WatchClaim[][] _watching = Watching(evidence, excluded);
    private UInt128 _usedHash;
    private long _steps;
    private Mismatch? _deepest;
    private bool _certain;

    public SearchResult Run()
    {
        var failure = CheckState([]);
        while (true)
        {
            if (failure is not null)
            {
                Note(failure);
                if (!GoBack(failure.Keys))
                {
                    return new SearchResult(Verdict.Impossible, null, _deepest, _certain);
                }
            }
            else if (_model.Revision == evidence.Last)
            {
                return new SearchResult(Verdict.Possible, MakeTimeline(), null, true);
            }
            else if (evidence.WriterOf(_model.Revision + 1) is null)
            {
                failure = Choose();
                if (failure is not null)
                {
                    continue;
                }
            }

            if (_steps > budget)
            {
                return new SearchResult(Verdict.Undecided, null, _deepest, false);
            }

            failure = Advance();
        }
    }

    /// <summary>Goes on by one revision, made by its answered operation or by the present choice.</summary>
    private Mismatch? Advance()
    {
        var revision = _model.Revision + 1;
        var mark = _model.Mark;
        _marks.Add(mark);
        _steps++;
        var writer = evidence.WriterOf(revision);
        if (writer is null)
        {
            var candidate = _choices[^1].Current!;
            candidate.Apply(_model);
            if (_model.Revision != revision)
            {
                return new Mismatch(
                    revision, Rules.Linearizable, $"{candidate} would change nothing", null, new KeySet(candidate.Footprint));
            }
        }
        else if (_model.Execute(writer.Request) is not { } expected)
        {
            return Wrong(writer, revision, "its lease was over", new KeySet(Footprint.Of(writer.Request)));
        }
        else if (Replies.Difference(writer.Request, expected, writer.Reply!) is { } difference)
        {
            return Wrong(writer, revision, difference.What, new KeySet(difference.Keys));
        }

        return CheckState(_model.EventsSince(mark));
    }

    /// <summary>Holds the present state against everything that was said of it.</summary>
    private Mismatch? CheckState(WatchEvent[] events)
    {
        var revision = _model.Revision;
        foreach (var claim in evidence.ClaimsAt(revision))
        {
            if (Counts(Evidence.RuleOf(claim), claim) && CheckClaim(claim) is { } mismatch)
            {
                return mismatch;
            }
        }

        foreach (var final in evidence.FinalsAt(revision))
        {
            var read = new ReadRange(KeyRange.All);
            if (Counts(Rules.Durable, final)
                && Replies.Difference(read, _model.Read(read), ReadReply.Of(revision, [.. final.Rows])) is { } difference)
            {
                return new Mismatch(
                    revision, Rules.Durable, $"the keys of {final.Member} at revision {revision}: {difference.What}", final,
                    new KeySet(difference.Keys));
            }
        }

        foreach (var watch in revision > evidence.Initial.Revision ? _watching[revision - evidence.Initial.Revision - 1] : [])
        {
            if (watch.Check(revision, events, evidence.CompactedBefore) is { } mismatch && Counts(mismatch.Rule, watch.Watch))
            {
                return mismatch;
            }
        }

        return null;
    }

    private Mismatch? CheckClaim(Operation claim)
    {
        var (revision, mark) = (_model.Revision, _model.Mark);
        if (claim.Request is RevokeLease revoke)
        {
            var left = _model.Rows.FirstOrDefault(row => row.Lease == revoke.Lease);
            if (left is null)
            {
                _model.MarkEnded(revoke.Lease);
            }

            return left is null ? null : Wrong(claim, revision, $"{left} is still there", KeySet.Everything);
        }

        var expected = claim.Request is ReadRange read ? _model.Read(read with { Revision = 0 }) : _model.Execute(claim.Request);
        _model.GoBack(mark, revision);
        if (expected is not null && claim.Request is ReadRange { Revision: > 0 })
        {
            // The answer's own revision is of when it was given, and was held against real time.
            expected = expected with { Revision = claim.Reply!.Revision };
        }

        if (expected is null)
        {
            return Wrong(claim, revision, "its lease was over", new KeySet(Footprint.Of(claim.Request)));
        }

        return Replies.Difference(claim.Request, expected, claim.Reply!) is { } difference
            ? Wrong(claim, revision, $"at revision {revision}, {difference.What}", new KeySet(difference.Keys))
            : null;
    }

    /// <summary>Opens the choice of what made the next revision.</summary>
    private Mismatch? Choose()
    {
        var revision = _model.Revision + 1;
        var candidates = _gaps.CandidatesOf(revision);
        var choice = new Choice(revision, candidates, (revision, _usedHash, _model.Hash), _model.Mark);
        if (_hopeless.TryGetValue(choice.Configuration, out var reason))
        {
            return new Mismatch(revision, Rules.Linearizable, "tried before", null, reason);
        }

        _choices.Add(choice);
        if (Next(choice))
        {
            return null;
        }

        _choices.RemoveAt(_choices.Count - 1);
        var unasked = !evidence.Candidates.Any(candidate => candidate.FirstRevision <= revision);
        return unasked || _gaps.WritesOf(revision) is not [var seen, ..]
            ? new Mismatch(
                revision, Rules.Linearizable, $"nothing that was asked for can have made revision {revision}", null, choice.Reason,
                IsFinal: unasked)
            : new Mismatch(
                revision, seen.Rule, $"nothing can have made revision {revision} as {seen.Source} says: {seen.Row}",
                seen.Source, choice.Reason, IsFinal: candidates.Count == 0);
    }

    /// <summary>Takes the next candidate of a choice.</summary>
    private bool Next(Choice choice)
    {
        while (++choice.Index < choice.Candidates.Count)
        {
            var candidate = choice.Candidates[choice.Index];
            if (_used[candidate.Index])
            {
                // Whoever used it stands in the way.
                choice.Reason.Add(candidate.Footprint);
            }
            else if (choice.MustTouch.TrueForAll(keys => keys.Touches(candidate.Footprint)))
            {
                choice.Current = candidate;
                Use(candidate, true);
                return true;
            }
        }

        return false;
    }

    /// <summary>After a contradiction that depends on some keys: to the last choice that could avoid it.</summary>
    private bool GoBack(KeySet keys)
    {
        while (_choices.Count > 0)
        {
            var choice = _choices[^1];
            _model.GoBack(choice.Mark, choice.Revision - 1);
            var before = (int)(choice.Revision - 1 - evidence.Initial.Revision);
            _marks.RemoveRange(before, _marks.Count - before);
            Use(choice.Current!, false);
            choice.Reason.Add(keys);
            if (keys.Touches(choice.Current!.Footprint))
            {
                choice.Reason.Add(choice.Current.Footprint);
            }
            else
            {
                // Another candidate that does not touch them either would end in the same contradiction.
                choice.MustTouch.Add(keys);
            }

            if (Next(choice))
            {
                return true;
            }

            _hopeless[choice.Configuration] = choice.Reason;
            keys = choice.Reason;
            _choices.RemoveAt(_choices.Count - 1);
        }

        return false;
    }

    private void Use(Candidate candidate, bool use)
    {
        _used[candidate.Index] = use;
        _usedHash ^= StoreModel.Mix128((UInt128)(ulong)candidate.Index + 1);
    }

    private bool Counts(string rule, object source) => (rules is null || rules.Contains(rule)) && !excluded.Contains(source);

    private static Mismatch Wrong(Operation operation, long revision, string what, KeySet keys) =>
        new(revision, Evidence.RuleOf(operation), $"{operation}: {what}", operation, keys);

    private void Note(Mismatch mismatch)
    {
        // Without a choice before it there is nothing that could be otherwise.
        _certain = _deepest is null && _choices.Count == 0 && mismatch.IsFinal;
        if (_deepest is null || mismatch.Revision > _deepest.Revision)
        {
            _deepest = mismatch;
        }
    }

    private Timeline MakeTimeline()
    {
        var steps = new List<Step>();
        var end = new FinalState("", _model.Revision, [.. _model.Rows]);
        var choices = _choices.ToDictionary(choice => choice.Revision, choice => choice.Current!);
        for (var revision = _model.Revision; revision > evidence.Initial.Revision; revision--)
        {
            var mark = _marks[(int)(revision - evidence.Initial.Revision - 1)];
            var chosen = choices.GetValueOrDefault(revision);
            steps.Add(new Step(revision, evidence.WriterOf(revision) ?? chosen?.Operation, chosen?.Lease ?? 0, _model.EventsSince(mark)));
            _model.GoBack(mark, revision - 1);
        }

        steps.Reverse();
        var open = evidence.Candidates.Where(candidate => candidate.Operation is not null && !_used[candidate.Index])
            .Select(candidate => candidate.Operation!);
        return new Timeline(steps, end, [.. open]);
    }

    /// <summary>Who covers each revision.</summary>
    private static WatchClaim[][] Watching(Evidence evidence, IReadOnlySet<object> excluded)
    {
        var first = evidence.Initial.Revision + 1;
        var watching = new List<WatchClaim>[evidence.Last - evidence.Initial.Revision];
        foreach (var watch in evidence.Watches.Where(watch => !excluded.Contains(watch.Watch)))
        {
            for (var revision = Math.Max(first, watch.First); revision <= watch.Last; revision++)
            {
                (watching[revision - first] ??= []).Add(watch);
            }
        }

        return [.. watching.Select(list => list?.ToArray() ?? [])];
    }

    /// <summary>The choice of what made a revision.</summary>
    private sealed class Choice(
        long revision, IReadOnlyList<Candidate> candidates, (long Revision, UInt128 Used, UInt128 State) configuration, int mark)
    {
        public long Revision { get; } = revision;

        public IReadOnlyList<Candidate> Candidates { get; } = candidates;

        public (long Revision, UInt128 Used, UInt128 State) Configuration { get; } = configuration;

        public int Mark { get; } = mark;

        public int Index { get; set; } = -1;

        public Candidate? Current { get; set; }

        /// <summary>The keys that the contradictions of its candidates depend on.</summary>
        public KeySet Reason { get; } = new();

        /// <summary>Key sets of which a further candidate must touch each.</summary>
        public List<KeySet> MustTouch { get; } = [];
    }
}
