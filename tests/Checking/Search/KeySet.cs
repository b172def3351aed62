namespace Checking.Search;

/// <summary>The keys that something depends on; grows to "every key" rather than without bound.</summary>
internal sealed class KeySet
{
    private const int RangesMax = 256;

    private readonly HashSet<KeyRange> _ranges = [];
    private bool _everything;

    public KeySet(params IEnumerable<KeyRange> ranges) => Add(ranges);

    public static KeySet Everything => new([KeyRange.All]);

    public void Add(IEnumerable<KeyRange> ranges)
    {
        foreach (var range in ranges)
        {
            _everything |= range == KeyRange.All || _ranges.Count >= RangesMax;
            _ = !_everything && _ranges.Add(range);
        }
    }

    public void Add(KeySet other)
    {
        _everything |= other._everything;
        Add(other._ranges);
    }

    public bool Touches(IReadOnlyList<KeyRange> ranges) =>
        _everything || ranges.Any(range => _ranges.Any(own => own.Overlaps(range)));
}
