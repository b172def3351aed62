// What clients ask for, as far as the checkers judge it. Named apart from the messages of etcd's protocol, which
// a harness has in scope beside them.
using System.Text.Json.Serialization;

namespace Checking;

/// <summary>A request.</summary>
[JsonDerivedType(typeof(Put), "put")]
[JsonDerivedType(typeof(DeleteRange), "delete")]
[JsonDerivedType(typeof(ReadRange), "read")]
[JsonDerivedType(typeof(Txn), "txn")]
[JsonDerivedType(typeof(Compact), "compact")]
[JsonDerivedType(typeof(GrantLease), "grant")]
[JsonDerivedType(typeof(RevokeLease), "revoke")]
public abstract record Request;

/// <summary>Writes a key.</summary>
public sealed record Put(string Key, string Value, long Lease = 0, bool PrevKv = false) : Request
{
    /// <inheritdoc/>
    public override string ToString() => $"put {Key}={Value}{(Lease == 0 ? "" : $" lease {Lease:x}")}";
}

/// <summary>Deletes keys.</summary>
public sealed record DeleteRange(KeyRange Keys, bool PrevKv = false) : Request
{
    /// <inheritdoc/>
    public override string ToString() => $"delete {Keys}";
}

/// <summary>Reads keys.</summary>
/// <param name="Keys">Which.</param>
/// <param name="Revision">As of this revision; 0 for now.</param>
/// <param name="Serializable">True if any member may answer from what it has.</param>
/// <param name="Limit">So many rows at most; 0 for all.</param>
public sealed record ReadRange(KeyRange Keys, long Revision = 0, bool Serializable = false, long Limit = 0) : Request
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"read {Keys}{(Revision == 0 ? "" : $" at {Revision}")}{(Serializable ? " serializable" : "")}{(Limit == 0 ? "" : $" limit {Limit}")}";
}

/// <summary>What a comparison looks at.</summary>
public enum CompareTarget
{
    /// <summary>The value; false for a key that is not there.</summary>
    Value,

    /// <summary>The version; 0 for a key that is not there.</summary>
    Version,

    /// <summary>The create revision; 0 for a key that is not there.</summary>
    Create,

    /// <summary>The revision of the last write; 0 for a key that is not there.</summary>
    Mod,

    /// <summary>The lease; 0 for a key that is not there.</summary>
    Lease,
}

/// <summary>How it is compared.</summary>
public enum CompareSign
{
    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal.</summary>
    NotEqual,

    /// <summary>What is there is less.</summary>
    Less,

    /// <summary>What is there is greater.</summary>
    Greater,
}

/// <summary>A comparison of a transaction; of a range it must hold for every key there.</summary>
public sealed record Compare(KeyRange Keys, CompareTarget Target, CompareSign Sign, long Number = 0, string Value = "")
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Target}({Keys}) {Sign} {(Target == CompareTarget.Value ? Value : Number)}";
}

/// <summary>A transaction. Its operations are puts, deletions, and reads of the present.</summary>
public sealed record Txn(IReadOnlyList<Compare> Compares, IReadOnlyList<Request> Then, IReadOnlyList<Request> Else) : Request
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"txn if [{string.Join("; ", Compares)}] then [{string.Join("; ", Then)}] else [{string.Join("; ", Else)}]";
}

/// <summary>Forgets the history before a revision.</summary>
public sealed record Compact(long Revision) : Request
{
    /// <inheritdoc/>
    public override string ToString() => $"compact {Revision}";
}

/// <summary>Makes a lease. An id is granted once in a history, and never after it was used before.</summary>
public sealed record GrantLease(long Lease) : Request
{
    /// <inheritdoc/>
    public override string ToString() => $"grant lease {Lease:x}";
}

/// <summary>Ends a lease, and with it the keys attached to it.</summary>
public sealed record RevokeLease(long Lease) : Request
{
    /// <inheritdoc/>
    public override string ToString() => $"revoke lease {Lease:x}";
}
