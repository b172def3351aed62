// The one history of the store: what every revision changed, as the first member that had it published it, and when.
// The store gives each change a revision, so it is the order in which the operations must be explained.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Simulation.Time;

namespace Kv.Simulation.Checkers;

/// <summary>All changes by revision.</summary>
internal sealed class Ledger(EventQueue events)
{
    /// <summary>The revision of a store in which nothing has happened.</summary>
    private const long First = 1;

    private readonly List<Row> _rows = [];
    private readonly List<(int Start, long Time)> _revisions = [];
    private readonly SortedDictionary<string, List<Row>> _byKey = new(StringComparer.Ordinal);
    private readonly List<Row> _slice = [];

    /// <summary>The newest revision any member ever had.</summary>
    public long Last => First + _revisions.Count;

    /// <summary>All changes, in order.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>A member has a new state.</summary>
    /// <exception cref="Violation">It is new and its history is not whole.</exception>
    public void OnPublished(StoreState state)
    {
        while (Last < state.Revision)
        {
            if (Last + 1 < state.CompactRevision)
            {
                throw new Violation("history", $"nobody ever published revision {Last + 1}; it is compacted at {state.CompactRevision}");
            }

            _slice.Clear();
            var next = state.ReadHistory(Last + 1, 64, _slice);
            foreach (var row in _slice)
            {
                if (row.ModRevision > Last)
                {
                    _revisions.Add((_rows.Count, events.Now));
                }

                _rows.Add(row);
                var key = TextOf(row.Key);
                if (!_byKey.TryGetValue(key, out var versions))
                {
                    _byKey[key] = versions = [];
                }

                versions.Add(row);
            }

            if (Last != next - 1)
            {
                throw new Violation("history", $"revision {Last + 1} changed nothing");
            }
        }
    }

    /// <summary>When a revision was first there.</summary>
    public long TimeOf(long revision) => revision <= First ? 0 : _revisions[(int)(revision - First) - 1].Time;

    /// <summary>What a revision changed.</summary>
    public IReadOnlyList<Row> At(long revision)
    {
        if (revision <= First || revision > Last)
        {
            return [];
        }

        var place = (int)(revision - First) - 1;
        var end = place + 1 < _revisions.Count ? _revisions[place + 1].Start : _rows.Count;
        return _rows.GetRange(_revisions[place].Start, end - _revisions[place].Start);
    }

    /// <summary>A key as of a revision; null if it was not there.</summary>
    public Row? Get(string key, long revision)
    {
        if (!_byKey.TryGetValue(key, out var versions))
        {
            return null;
        }

        for (var i = versions.Count - 1; i >= 0; i--)
        {
            if (versions[i].ModRevision <= revision)
            {
                return versions[i].IsTombstone ? null : versions[i];
            }
        }

        return null;
    }

    /// <summary>All keys as of a revision, in order.</summary>
    public List<Row> GetAll(long revision) => [.. _byKey.Keys.Select(key => Get(key, revision)).OfType<Row>()];

    public static string TextOf(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);
}
