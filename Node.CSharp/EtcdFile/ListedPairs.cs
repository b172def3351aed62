namespace Kv.Node.EtcdFile;

/// <summary>The pairs of a small bucket, as they are.</summary>
internal sealed class ListedPairs : PairSource
{
    private readonly List<(byte[] Key, byte[] Value)> _pairs;
    private int _at = -1;

    /// <param name="pairs">Pairs with keys that differ, in any order.</param>
    public ListedPairs(IEnumerable<(byte[] Key, byte[] Value)> pairs)
    {
        _pairs = [.. pairs];
        _pairs.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
    }

    public override int KeyLength => _pairs[_at].Key.Length;

    public override int ValueLength => _pairs[_at].Value.Length;

    public override bool MoveNext() => ++_at < _pairs.Count;

    public override void WriteKey(Span<byte> into) => _pairs[_at].Key.CopyTo(into);

    public override void WriteValue(Span<byte> into) => _pairs[_at].Value.CopyTo(into);
}
