// What one operation of a transaction came to.

using System.Linq;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>The result of one operation.</summary>
public sealed class KvOperationResult
{
    internal KvOperationResult(KvOperation operation, ResponseOp answer, ValueForm form)
    {
        Operation = operation;
        Count = answer.Range?.Count ?? answer.DeleteRange?.Deleted ?? 1;
        Row = [.. (answer.Range?.Kvs ?? []).Select(row => new KvKey(row, form))];
    }

    /// <summary>The operation.</summary>
    public KvOperation Operation { get; }

    /// <summary>Number of keys found, removed or written.</summary>
    public long Count { get; }

    /// <summary>The keys, if it reads.</summary>
    public KvKey[] Row { get; }

    /// <summary>The operation and the number.</summary>
    public override string ToString() => $"{Operation} ({Count})";
}
