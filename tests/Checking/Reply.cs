// What clients are answered. Every reply carries the revision of its header.
using System.Text.Json.Serialization;

namespace Checking;

/// <summary>A reply.</summary>
/// <param name="Revision">The header's revision: of the state the request was answered from, or that it made. Of a
/// compaction and of leases it may also be a later one, of the moment of the answer.</param>
[JsonDerivedType(typeof(PutReply), "put")]
[JsonDerivedType(typeof(DeleteReply), "delete")]
[JsonDerivedType(typeof(ReadReply), "read")]
[JsonDerivedType(typeof(TxnReply), "txn")]
[JsonDerivedType(typeof(DoneReply), "done")]
public abstract record Reply(long Revision);

/// <summary>Of a put.</summary>
public sealed record PutReply(long Revision, Row? Previous = null) : Reply(Revision)
{
    /// <inheritdoc/>
    public override string ToString() => $"revision {Revision}{(Previous is null ? "" : $", was {Previous}")}";
}

/// <summary>Of a deletion.</summary>
public sealed record DeleteReply(long Revision, long Deleted, IReadOnlyList<Row>? Previous = null) : Reply(Revision)
{
    /// <inheritdoc/>
    public override string ToString() => $"revision {Revision}, {Deleted} deleted";
}

/// <summary>Of a read.</summary>
public sealed record ReadReply(long Revision, IReadOnlyList<Row> Rows, long Count, bool More = false) : Reply(Revision)
{
    /// <summary>All rows that there are.</summary>
    public static ReadReply Of(long revision, params Row[] rows) => new(revision, rows, rows.Length);

    /// <inheritdoc/>
    public override string ToString() =>
        $"revision {Revision}, {Count} keys{(More ? ", more" : "")}: {string.Join("; ", Rows.Take(5))}{(Rows.Count > 5 ? "; …" : "")}";
}

/// <summary>Of a transaction.</summary>
public sealed record TxnReply(long Revision, bool Succeeded, IReadOnlyList<Reply> Replies) : Reply(Revision)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"revision {Revision}, {(Succeeded ? "then" : "else")} [{string.Join("; ", Replies)}]";
}

/// <summary>Of a compaction, or of a lease's grant or revocation.</summary>
public sealed record DoneReply(long Revision) : Reply(Revision)
{
    /// <inheritdoc/>
    public override string ToString() => $"revision {Revision}";
}
