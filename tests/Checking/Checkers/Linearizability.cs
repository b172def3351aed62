// Everything that clients were answered and watchers were sent fits into one order (Search/RevisionSearch has how).
// The search weighs all witnesses together: a watch event says which operation of unknown outcome took effect, a
// serializable read or one at a revision must be the state at that revision, the states at the end must follow. If
// they do not fit, whose word it is that breaks decides the rule.
using Checking.Search;

namespace Checking.Checkers;

/// <summary>Linearizability of keys and transactions, with reads true to their revision, watches to what happened, and
/// leases to their promise.</summary>
internal static class Linearizability
{
    private const int ViolationsMax = 10;

    private static readonly HashSet<string> Answers = [Rules.Linearizable];
    private static readonly HashSet<string> AnswersAndReads = [Rules.Linearizable, Rules.SerializableRead, Rules.Durable];

    /// <summary>Judges a history.</summary>
    /// <param name="history">The recording.</param>
    /// <param name="trusted">The watchers whose responses are in order in themselves.</param>
    /// <param name="options">What may be assumed, and what it may cost.</param>
    /// <param name="report">Where the result goes.</param>
    /// <returns>What happened; null if it is impossible or undecided.</returns>
    public static Timeline? Check(History history, IReadOnlyCollection<WatchRecord> trusted, CheckOptions options, Report report)
    {
        var evidence = new Evidence(history, trusted, options.ClockSkew);
        report.Unjudged = evidence.Unjudged;
        report.Revisions = evidence.Last - evidence.Initial.Revision;
        report.OpenOperations = evidence.Candidates.Count(candidate => candidate.Operation is not null);
        report.Violations.AddRange(evidence.Violations);

        var disbelieved = new HashSet<object>();
        var promisesKept = true;
        while (true)
        {
            var result = new RevisionSearch(evidence, disbelieved, rules: null, options.StepsMax, promisesKept).Run();
            if (result.Verdict == Search.Verdict.Possible)
            {
                if (!promisesKept)
                {
                    report.Violations.AddRange(LeaseNeverEarly.Check(history, result.Timeline!, evidence.Sights, options.ClockSkew));
                }

                return result.Timeline;
            }

            if (result.Verdict == Search.Verdict.Undecided)
            {
                report.Undecided.Add(
                    $"no order was found or excluded within {options.StepsMax} steps; the furthest got to revision {result.Mismatch?.Revision} of {evidence.Last}: {result.Mismatch?.Message}");
                return null;
            }

            if (promisesKept)
            {
                // Perhaps all that is wrong is a lease that ended early.
                promisesKept = false;
                continue;
            }

            var mismatch = result.Certain ? result.Mismatch! : Attribute(evidence, disbelieved, options.StepsMax, result.Mismatch!);
            report.Violations.Add(new Violation(mismatch.Rule, mismatch.Message));
            var witness = mismatch.Source is Operation { Reply: { } reply } && Model.Footprint.Changed(reply) ? null : mismatch.Source;

            // More may be wrong; without this witness the rest can be looked at.
            if (!result.Certain || witness is null || !disbelieved.Add(witness) || disbelieved.Count >= ViolationsMax)
            {
                return null;
            }
        }
    }

    /// <summary>The contradiction of the fewest witnesses: if the answers alone do not fit, it is not the watchers' fault.</summary>
    private static Mismatch Attribute(Evidence evidence, HashSet<object> disbelieved, long budget, Mismatch all)
    {
        foreach (var rules in new[] { Answers, AnswersAndReads })
        {
            var result = new RevisionSearch(evidence, disbelieved, rules, budget, promisesKept: false).Run();
            if (result.Verdict == Search.Verdict.Impossible)
            {
                return result.Mismatch!;
            }
        }

        return all;
    }
}
