// Writes gathered for one transaction, as many as it may have.

using System.Collections.Generic;
using System.Linq;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Client;

internal sealed class PutBatch(int rowsMax)
{
    // etcd takes requests of 1.5 MiB unless told otherwise, and base64 needs a third more.
    private const int BytesMax = 1024 * 1024;

    private readonly List<PutRequest> _puts = [];
    private readonly HashSet<string> _keys = [];
    private int _bytes;

    public int Count => _puts.Count;

    public IReadOnlyList<PutRequest> Puts => _puts;

    /// <summary>False if what is gathered must be sent first: it is full, or has this key already, which a
    /// transaction may write once only.</summary>
    public bool TryAdd(PutRequest put)
    {
        var size = put.Key.Length + put.Value.Length;
        if (Count == rowsMax || (Count > 0 && _bytes + size > BytesMax) || !_keys.Add(KvText.Decode(put.Key)))
        {
            return false;
        }

        _puts.Add(put);
        _bytes += size;
        return true;
    }

    public TxnRequest ToRequest() => new() { Success = [.. _puts.Select(static p => new RequestOp { Put = p })] };

    public void Clear()
    {
        _puts.Clear();
        _keys.Clear();
        _bytes = 0;
    }
}
