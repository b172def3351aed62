// What rows that were shown exclude. A row says when its key was made and last written, and how often between: from
// its last write to where it was shown nobody wrote the key, since it was made nobody deleted it, and if the answered
// puts are as many as its version then nobody else put it. This leaves few candidates for revisions that nobody saw.
using Checking.Model;

namespace Checking.Search;

/// <summary>Where keys were not written, or not deleted.</summary>
internal sealed class KeyKnowledge
{
    private readonly SortedDictionary<string, Intervals> _unwritten = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Intervals> _undeleted = new(StringComparer.Ordinal);
    private readonly Dictionary<long, List<Sighting>> _writes = [];
    private readonly Dictionary<long, List<string>> _creations = [];

    public KeyKnowledge(Evidence evidence, Func<Sighting, bool> counts)
    {
        foreach (var sighting in evidence.Sightings.Where(counts))
        {
            var row = sighting.Row;
            if (evidence.WriterOf(row.ModRevision) is null)
            {
                _writes.TryAdd(row.ModRevision, []);
                _writes[row.ModRevision].Add(sighting);
            }

            if (sighting.IsDelete)
            {
                continue;
            }

            Of(_unwritten, row.Key).Add(row.ModRevision + 1, sighting.At);
            Of(_undeleted, row.Key).Add(row.CreateRevision, sighting.At);
            if (Between(evidence.PutsOf(row.Key), row.CreateRevision, row.ModRevision) == row.Version)
            {
                Of(_unwritten, row.Key).Add(row.CreateRevision, row.ModRevision);
            }

            if (evidence.WriterOf(row.CreateRevision) is null)
            {
                _creations.TryAdd(row.CreateRevision, []);
                _creations[row.CreateRevision].Add(row.Key);
            }
        }

        foreach (var intervals in _unwritten.Values.Concat(_undeleted.Values))
        {
            intervals.Merge();
        }
    }

    /// <summary>Who saw what a revision wrote.</summary>
    public IReadOnlyList<Sighting> WritesOf(long revision) => _writes.GetValueOrDefault(revision) ?? [];

    /// <summary>True unless something that was seen says that the candidate did not make the revision.</summary>
    public bool Allows(Candidate candidate, long revision)
    {
        if (WritesOf(revision).Any(seen => seen.IsDelete ? !candidate.MayDelete(seen.Row.Key) : !candidate.MayPut(seen.Row))
            || (_creations.GetValueOrDefault(revision) ?? []).Exists(key => !candidate.MayPut(key)))
        {
            return false;
        }

        return candidate.Operation?.Request switch
        {
            null => candidate.Footprint.Any(key => MayDelete(key, revision)),
            Txn txn => Allows(txn.Then, revision) || Allows(txn.Else, revision),
            var request => Allows([request], revision),
        };
    }

    private bool Allows(IReadOnlyList<Request> parts, long revision)
    {
        var writes = false;
        foreach (var part in parts)
        {
            switch (part)
            {
                case Put put when _unwritten.TryGetValue(put.Key, out var unwritten) && unwritten.Contain(revision):
                case DeleteRange delete when !MayDelete(delete.Keys, revision):
                    return false;
                default:
                    writes |= part is Put or DeleteRange;
                    break;
            }
        }

        return writes;
    }

    private bool MayDelete(KeyRange keys, long revision)
    {
        if (keys.IsSingle)
        {
            return !_undeleted.TryGetValue(keys.Key, out var undeleted) || !undeleted.Contain(revision);
        }

        return !_undeleted.Any(item => keys.Contains(item.Key) && item.Value.Contain(revision));
    }

    private static int Between(IReadOnlyList<long> revisions, long first, long last) =>
        revisions.Count(revision => revision >= first && revision <= last);

    private static Intervals Of(SortedDictionary<string, Intervals> all, string key)
    {
        if (!all.TryGetValue(key, out var intervals))
        {
            all[key] = intervals = new Intervals();
        }

        return intervals;
    }

    /// <summary>Ranges of revisions, both ends in.</summary>
    private sealed class Intervals
    {
        private List<(long First, long Last)> _items = [];

        public void Add(long first, long last)
        {
            if (first <= last && (_items.Count == 0 || _items[^1] != (first, last)))
            {
                _items.Add((first, last));
            }
        }

        /// <summary>After the last was added: sorted, without overlaps.</summary>
        public void Merge()
        {
            _items.Sort();
            var merged = new List<(long First, long Last)>();
            foreach (var item in _items)
            {
                if (merged.Count > 0 && item.First <= merged[^1].Last + 1)
                {
                    merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, item.Last));
                }
                else
                {
                    merged.Add(item);
                }
            }

            _items = merged;
        }

        public bool Contain(long revision)
        {
            var index = _items.BinarySearch((revision, long.MaxValue));
            index = (index < 0 ? ~index : index) - 1;
            return index >= 0 && _items[index].Last >= revision;
        }
    }
}
