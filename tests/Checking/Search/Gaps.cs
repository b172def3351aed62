// The revisions that nobody was answered with, and what may have made each, as far as that can be said before any
// choice is made.
namespace Checking.Search;

/// <summary>The candidates of every gap.</summary>
internal sealed class Gaps
{
    private readonly KeyKnowledge _knowledge;
    private readonly Dictionary<long, List<Candidate>> _candidates = [];

    public Gaps(Evidence evidence, Func<Sighting, bool> counts, bool promisesKept)
    {
        _knowledge = new KeyKnowledge(evidence, counts);
        var gapsOf = evidence.Candidates.Select(_ => new List<long>()).ToArray();
        var single = new Queue<long>();
        for (var revision = evidence.Initial.Revision + 1; revision <= evidence.Last; revision++)
        {
            if (evidence.WriterOf(revision) is not null)
            {
                continue;
            }

            // What takes effect mostly does so soon after it was asked for.
            var candidates = evidence.Candidates
                .Where(candidate => candidate.FirstRevision <= revision && (!promisesKept || candidate.FirstKept <= revision)
                    && _knowledge.Allows(candidate, revision))
                .OrderByDescending(candidate => candidate.FirstRevision).ToList();
            _candidates[revision] = candidates;
            candidates.ForEach(candidate => gapsOf[candidate.Index].Add(revision));
            if (candidates.Count == 1)
            {
                single.Enqueue(revision);
            }
        }

        // The only candidate of one gap is none of another.
        while (single.TryDequeue(out var revision))
        {
            if (_candidates[revision] is not [var only])
            {
                continue;
            }

            foreach (var other in gapsOf[only.Index].Where(other => other != revision && _candidates[other].Remove(only)))
            {
                if (_candidates[other].Count == 1)
                {
                    single.Enqueue(other);
                }
            }
        }
    }

    /// <summary>What may have made a revision.</summary>
    public IReadOnlyList<Candidate> CandidatesOf(long revision) => _candidates[revision];

    /// <summary>Who saw what the revision wrote.</summary>
    public IReadOnlyList<Sighting> WritesOf(long revision) => _knowledge.WritesOf(revision);
}
