// Where a lock or an election keeps its contenders: one key each, "<name>/<lease id in hex>". The same
// layout as etcd's clients use by themselves, so that both kinds of contenders queue together.
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Kv.Core.Mvcc;

namespace Kv.Node.Concurrency;

/// <summary>The keys of one lock or election.</summary>
internal sealed class ContestKeys
{
    /// <summary>All contenders are below this; it ends in a slash, so the end of the range is one byte up.</summary>
    private readonly byte[] _prefix;
    private readonly byte[] _prefixEnd;

    /// <param name="name">Name of the lock or election; may be empty.</param>
    public ContestKeys(ByteString name)
    {
        _prefix = [.. name.Span, (byte)'/'];
        _prefixEnd = [.. name.Span, (byte)'/' + 1];
    }

    public ReadOnlyMemory<byte> Prefix => _prefix;

    /// <summary>First key past the contenders.</summary>
    public ReadOnlyMemory<byte> PrefixEnd => _prefixEnd;

    /// <summary>A read of all contenders.</summary>
    public RangeRequest All => new(_prefix, _prefixEnd);

    /// <summary>A read of the contender that was first.</summary>
    public RangeRequest First => new(_prefix, _prefixEnd)
    {
        SortTarget = SortTarget.Create,
        SortOrder = SortOrder.Ascend,
        Limit = 1,
    };

    /// <summary>The key of the contender with this lease.</summary>
    public ReadOnlyMemory<byte> KeyOf(long lease)
    {
        var hex = lease < 0
            ? "-" + ((ulong)-lease).ToString("x", CultureInfo.InvariantCulture)
            : lease.ToString("x", CultureInfo.InvariantCulture);
        return (byte[])[.. _prefix, .. Encoding.ASCII.GetBytes(hex)];
    }
}
