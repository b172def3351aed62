// One operation of a transaction, as New-KvOperation makes it.

using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Model;

/// <summary>Something a transaction does if its guards hold, or if they do not.</summary>
public sealed class KvOperation
{
    internal KvOperation(KvOperationType type, KeyRange keys, byte[]? value, long lease)
    {
        Type = type;
        Keys = keys.Description;
        ValueSize = value?.Length;
        Message = type switch
        {
            KvOperationType.Put => new RequestOp { Put = new PutRequest { Key = keys.Start, Value = value ?? [], Lease = lease } },
            KvOperationType.Remove => new RequestOp
            {
                DeleteRange = new DeleteRangeRequest { Key = keys.Start, RangeEnd = keys.End },
            },
            _ => new RequestOp { Range = new RangeRequest { Key = keys.Start, RangeEnd = keys.End } },
        };
    }

    /// <summary>What it does.</summary>
    public KvOperationType Type { get; }

    /// <summary>The key or keys, for example "prefix 'job/'".</summary>
    public string Keys { get; }

    /// <summary>Size of the value in bytes; null if it writes none.</summary>
    public int? ValueSize { get; }

    internal RequestOp Message { get; }

    /// <summary>For example "Put key 'a'".</summary>
    public override string ToString() => $"{Type} {Keys}";
}
