// One guard of a transaction, as New-KvCompare makes it.

using System;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>A condition on a key, or on all keys of a selection. What does not exist has version,
/// revisions and lease 0, and no value that anything equals.</summary>
public sealed class KvCompare
{
    internal KvCompare(KeyRange keys, string target, KvCompareOperator compareOperator, object operand)
    {
        Keys = keys.Description;
        Target = target;
        Operator = compareOperator;
        var number = operand as long?;
        Operand = operand is byte[] bytes ? KvText.Decode(bytes) : FormattableString.Invariant($"{number}");
        Message = new Compare
        {
            Key = keys.Start,
            RangeEnd = keys.End,
            Target = target.ToUpperInvariant(),
            Result = compareOperator switch
            {
                KvCompareOperator.NotEqual => "NOT_EQUAL",
                _ => compareOperator.ToString().ToUpperInvariant(),
            },
            Value = operand as byte[],
            Version = target == "Version" ? number : null,
            CreateRevision = target == "Create" ? number : null,
            ModRevision = target == "Mod" ? number : null,
            Lease = target == "Lease" ? number : null,
        };
    }

    /// <summary>The key or keys, for example "prefix 'job/'".</summary>
    public string Keys { get; }

    /// <summary>What is compared: Value, Version, Create, Mod or Lease.</summary>
    public string Target { get; }

    /// <summary>How.</summary>
    public KvCompareOperator Operator { get; }

    /// <summary>With what.</summary>
    public string Operand { get; }

    internal Compare Message { get; }

    /// <summary>For example "Version of key 'a' Equal 0".</summary>
    public override string ToString() => $"{Target} of {Keys} {Operator} {Operand}";
}
