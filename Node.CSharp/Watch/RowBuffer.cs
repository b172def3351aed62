// Changes that wait to be sent to one watcher. Almost always there is none or one, so these cost no
// list.
using Kv.Core.Mvcc;

namespace Kv.Node.Watch;

/// <summary>A queue of rows in revision order; a mutable struct, to be kept in a field.</summary>
internal struct RowBuffer
{
    private Row? _first;
    private List<Row>? _rest;

    public readonly int Count => _first is null ? 0 : 1 + (_rest?.Count ?? 0);

    /// <summary>Revision of the newest row; 0 if there is none.</summary>
    public readonly long LastRevision => _rest is { Count: > 0 } ? _rest[^1].ModRevision : _first?.ModRevision ?? 0;

    /// <summary>Bytes of the keys and values.</summary>
    public readonly long Bytes
    {
        get
        {
            var bytes = 0L;
            for (var i = 0; i < Count; i++)
            {
                bytes += SizeOf(this[i]);
            }

            return bytes;
        }
    }

    public readonly Row this[int index] => index == 0 ? _first! : _rest![index - 1];

    /// <summary>Bytes of a row's key and value.</summary>
    public static int SizeOf(Row row) => row.Key.Length + row.Value.Length;

    public void Add(Row row)
    {
        if (_first is null)
        {
            _first = row;
        }
        else
        {
            (_rest ??= []).Add(row);
        }
    }

    /// <summary>Takes out the rows up to a revision, inclusive.</summary>
    public RowBuffer TakeUpTo(long revision)
    {
        var taken = default(RowBuffer);
        if (LastRevision <= revision)
        {
            taken = this;
            this = default;
            return taken;
        }

        var left = default(RowBuffer);
        for (var i = 0; i < Count; i++)
        {
            if (this[i].ModRevision <= revision)
            {
                taken.Add(this[i]);
            }
            else
            {
                left.Add(this[i]);
            }
        }

        this = left;
        return taken;
    }
}
