// The bucket of keys: every retained revision of a state, in order. Rows are fetched in batches, so that
// the walk costs no lock and no more memory than a batch.
using Kv.Core.Apply;
using Kv.Core.Mvcc;

namespace Kv.Node.EtcdFile;

/// <summary>The retained rows of a state, in etcd's storage form.</summary>
internal sealed class RowPairs(StoreState state) : PairSource
{
    private const int BatchRows = 1_024;

    private readonly List<Row> _rows = new(BatchRows);
    private int _at = -1;

    public override int KeyLength => StoredRow.KeyLength(_rows[_at]);

    public override int ValueLength => StoredRow.ValueLength(_rows[_at]);

    public override bool MoveNext()
    {
        if (++_at < _rows.Count)
        {
            return true;
        }

        var last = _rows.Count > 0 ? _rows[^1] : null;
        _rows.Clear();
        _at = 0;
        state.ReadRows(last, BatchRows, _rows);
        return _rows.Count > 0;
    }

    public override void WriteKey(Span<byte> into) => StoredRow.WriteKey(_rows[_at], into);

    public override void WriteValue(Span<byte> into) => StoredRow.WriteValue(_rows[_at], into);
}
