// A small sequential model of etcd's key space: what one request makes of it and is answered, with the revision.
// Changes can be taken back, which is what a search needs.
namespace Checking.Model;

/// <summary>The present of the key space at one revision.</summary>
internal sealed class StoreModel
{
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];
    private readonly HashSet<long> _endedLeases = [];
    private readonly List<Change> _undo = [];

    public StoreModel(FinalState initial)
    {
        Revision = initial.Revision;
        foreach (var row in initial.Rows.OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            _keys.Add(row.Key);
            _rows.Add(row.Key, row);
            Hash ^= HashOf(row);
        }
    }

    public long Revision { get; private set; }

    /// <summary>Of all rows and ended leases. 128 bits: two states with one hash would hide a possible order.</summary>
    public UInt128 Hash { get; private set; }

    /// <summary>Where to go back to.</summary>
    public int Mark => _undo.Count;

    public IEnumerable<Row> Rows => _keys.Select(key => _rows[key]);

    public Row? Find(string key) => _rows.GetValueOrDefault(key);

    /// <summary>Takes back everything since a mark.</summary>
    public void GoBack(int mark, long revision)
    {
        for (var i = _undo.Count - 1; i >= mark; i--)
        {
            if (_undo[i].EndedLease != 0)
            {
                SetEnded(_undo[i].EndedLease, ended: false);
            }
            else
            {
                Set(_undo[i].Key, _undo[i].Before);
            }
        }

        _undo.RemoveRange(mark, _undo.Count - mark);
        Revision = revision;
    }

    /// <summary>What was changed since a mark, as events with the rows before.</summary>
    public WatchEvent[] EventsSince(int mark)
    {
        var events = new List<WatchEvent>();
        for (var i = mark; i < _undo.Count; i++)
        {
            if (_undo[i].EndedLease == 0)
            {
                var after = Find(_undo[i].Key);
                events.Add(new WatchEvent(after is null, after ?? Row.Deleted(_undo[i].Key, Revision), _undo[i].Before));
            }
        }

        return [.. events];
    }

    /// <summary>Does what is asked. The revision grows by one if anything changed.</summary>
    /// <returns>The answer; null if it would be refused: a put with a lease that is over.</returns>
    public Reply? Execute(Request request)
    {
        var (mark, before) = (Mark, Revision);
        var reply = request is Txn txn ? ExecuteTxn(txn) : ExecuteOne(request, before + 1);
        if (reply is null)
        {
            GoBack(mark, before);
            return null;
        }

        Revision = before + (_undo.Skip(mark).Any(change => change.EndedLease == 0) ? 1 : 0);
        return reply with { Revision = Revision };
    }

    /// <summary>A lease ends, by itself or because it was asked to: its keys go in one revision.</summary>
    public void EndLease(long lease)
    {
        var keys = _keys.Where(key => _rows[key].Lease == lease).ToArray();
        foreach (var key in keys)
        {
            Write(key, null);
        }

        MarkEnded(lease);
        Revision += keys.Length > 0 ? 1 : 0;
    }

    /// <summary>From here on the lease is known to be over.</summary>
    public void MarkEnded(long lease)
    {
        if (!_endedLeases.Contains(lease))
        {
            _undo.Add(new Change("", null, lease));
            SetEnded(lease, ended: true);
        }
    }

    /// <summary>A read of this state.</summary>
    public ReadReply Read(ReadRange read)
    {
        if (read.Keys.IsSingle)
        {
            return Find(read.Keys.Key) is { } row ? ReadReply.Of(Revision, row) : ReadReply.Of(Revision);
        }

        var (from, to) = Span(read.Keys);
        var taken = read.Limit > 0 ? Math.Min(read.Limit, to - from) : to - from;
        return new ReadReply(Revision, [.. _keys.GetRange(from, (int)taken).Select(key => _rows[key])], to - from, taken < to - from);
    }

    private Reply? ExecuteOne(Request request, long revision)
    {
        switch (request)
        {
            case Put put:
                if (_endedLeases.Contains(put.Lease))
                {
                    return null;
                }

                var old = Find(put.Key);
                Write(put.Key, new Row(put.Key, put.Value, old?.CreateRevision ?? revision, revision, (old?.Version ?? 0) + 1, put.Lease));
                return new PutReply(revision, put.PrevKv ? old : null);
            case DeleteRange delete:
                var gone = Read(new ReadRange(delete.Keys)).Rows;
                foreach (var row in gone)
                {
                    Write(row.Key, null);
                }

                return new DeleteReply(revision, gone.Count, delete.PrevKv ? gone : null);
            case ReadRange read:
                return Read(read);
            default:
                return new DoneReply(Revision);
        }
    }

    private TxnReply? ExecuteTxn(Txn txn)
    {
        var revision = Revision + 1;
        var succeeded = txn.Compares.All(Holds);
        var replies = new List<Reply>();
        foreach (var part in succeeded ? txn.Then : txn.Else)
        {
            if (ExecuteOne(part, revision) is not { } reply)
            {
                return null;
            }

            replies.Add(reply);
        }

        return new TxnReply(revision, succeeded, replies);
    }

    private bool Holds(Compare compare)
    {
        var rows = Read(new ReadRange(compare.Keys)).Rows;
        return rows.Count == 0 ? Holds(compare, null) : rows.All(row => Holds(compare, row));
    }

    private static bool Holds(Compare compare, Row? row)
    {
        if (compare.Target == CompareTarget.Value && row is null)
        {
            return false;
        }

        var order = compare.Target switch
        {
            CompareTarget.Value => string.CompareOrdinal(row!.Value, compare.Value),
            CompareTarget.Version => (row?.Version ?? 0).CompareTo(compare.Number),
            CompareTarget.Create => (row?.CreateRevision ?? 0).CompareTo(compare.Number),
            CompareTarget.Mod => (row?.ModRevision ?? 0).CompareTo(compare.Number),
            _ => (row?.Lease ?? 0).CompareTo(compare.Number),
        };
        return compare.Sign switch
        {
            CompareSign.Equal => order == 0,
            CompareSign.NotEqual => order != 0,
            CompareSign.Less => order < 0,
            _ => order > 0,
        };
    }

    private void Write(string key, Row? row)
    {
        _undo.Add(new Change(key, Find(key), 0));
        Set(key, row);
    }

    private void Set(string key, Row? row)
    {
        if (_rows.TryGetValue(key, out var old))
        {
            Hash ^= HashOf(old);
        }

        if (row is null)
        {
            _rows.Remove(key);
            _keys.RemoveAt(_keys.BinarySearch(key, StringComparer.Ordinal));
            return;
        }

        Hash ^= HashOf(row);
        _rows[key] = row;
        if (old is null)
        {
            _keys.Insert(~_keys.BinarySearch(key, StringComparer.Ordinal), key);
        }
    }

    private void SetEnded(long lease, bool ended)
    {
        _ = ended ? _endedLeases.Add(lease) : _endedLeases.Remove(lease);
        Hash ^= Mix128(new UInt128((ulong)lease, 0x6c65617365));
    }

    /// <summary>Where keys of the range begin and end among all.</summary>
    private (int From, int To) Span(KeyRange keys)
    {
        var from = _keys.BinarySearch(keys.Key, StringComparer.Ordinal);
        from = from < 0 ? ~from : from;
        if (keys.End == "\0")
        {
            return (from, _keys.Count);
        }

        var to = _keys.BinarySearch(keys.End, StringComparer.Ordinal);
        to = to < 0 ? ~to : to;
        return (from, Math.Max(from, to));
    }

    private static UInt128 HashOf(Row row)
    {
        UInt128 hash = 0;
        foreach (var letter in row.Key)
        {
            hash = Mix128(hash ^ letter);
        }

        hash = Mix128(hash ^ new UInt128(1, 0));
        foreach (var letter in row.Value)
        {
            hash = Mix128(hash ^ letter);
        }

        hash = Mix128(hash ^ new UInt128((ulong)row.CreateRevision, (ulong)row.ModRevision));
        return Mix128(hash ^ new UInt128((ulong)row.Version, (ulong)row.Lease));
    }

    /// <summary>Spreads every bit over all.</summary>
    internal static UInt128 Mix128(UInt128 value)
    {
        value ^= value >> 67;
        value *= new UInt128(0x9E3779B97F4A7C15, 0xF39CC0605CEDC835);
        value ^= value >> 59;
        value *= new UInt128(0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9);
        return value ^ (value >> 61);
    }

    private readonly record struct Change(string Key, Row? Before, long EndedLease);
}
