// The row Get-KvKey emits. Two rows are equal if they are the same state of the same key; they sort
// as the store sorts keys.

using System;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>A key as it was at one revision.</summary>
public sealed class KvKey : KvRow, IEquatable<KvKey>, IComparable<KvKey>, IComparable
{
    internal KvKey(KeyValue row, ValueForm form)
        : base(row.Key, row.Value, form)
    {
        CreateRevision = row.CreateRevision;
        ModRevision = row.ModRevision;
        Version = row.Version;
        LeaseId = row.Lease;
    }

    /// <summary>True if both are the same state of the same key.</summary>
    public static bool operator ==(KvKey? left, KvKey? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True unless both are the same state of the same key.</summary>
    public static bool operator !=(KvKey? left, KvKey? right) => !(left == right);

    /// <summary>True if left sorts before right.</summary>
    public static bool operator <(KvKey? left, KvKey? right) => Order(left, right) < 0;

    /// <summary>True if left does not sort after right.</summary>
    public static bool operator <=(KvKey? left, KvKey? right) => Order(left, right) <= 0;

    /// <summary>True if left sorts after right.</summary>
    public static bool operator >(KvKey? left, KvKey? right) => Order(left, right) > 0;

    /// <summary>True if left does not sort before right.</summary>
    public static bool operator >=(KvKey? left, KvKey? right) => Order(left, right) >= 0;

    /// <inheritdoc/>
    public bool Equals(KvKey? other) =>
        other is not null && ModRevision == other.ModRevision && ByteOrder.Compare(RawKey, other.RawKey) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KvKey);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((Key.GetHashCode() * 397) ^ ModRevision.GetHashCode());

    /// <inheritdoc/>
    public int CompareTo(KvKey? other) => Order(this, other);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => Order(this, obj as KvKey);

    private static int Order(KvKey? left, KvKey? right)
    {
        if (left is null || right is null)
        {
            return left is null ? (right is null ? 0 : -1) : 1;
        }

        var byKey = ByteOrder.Compare(left.RawKey, right.RawKey);
        return byKey != 0 ? byKey : left.ModRevision.CompareTo(right.ModRevision);
    }
}
