// What a watcher asked for and what it was sent.
namespace Checking;

/// <summary>One change as it was sent.</summary>
/// <param name="IsDelete">True for a deletion.</param>
/// <param name="Row">The row after the change; of a deletion <see cref="Checking.Row.Deleted"/>.</param>
/// <param name="Previous">The row before, if it was sent.</param>
public sealed record WatchEvent(bool IsDelete, Row Row, Row? Previous = null)
{
    /// <inheritdoc/>
    public override string ToString() => IsDelete ? $"delete {Row.Key} at {Row.ModRevision}" : $"put {Row}";
}

/// <summary>What a watch asks for.</summary>
/// <param name="Keys">Which keys.</param>
/// <param name="StartRevision">From this revision on; 0 for what comes after the watch was made.</param>
/// <param name="NoPut">Without puts.</param>
/// <param name="NoDelete">Without deletions.</param>
/// <param name="PrevKv">With the rows before.</param>
public sealed record WatchRequest(
    KeyRange Keys, long StartRevision = 0, bool NoPut = false, bool NoDelete = false, bool PrevKv = false)
{
    /// <summary>True if the event is one it wants.</summary>
    public bool Wants(WatchEvent change) =>
        Keys.Contains(change.Row.Key) && !(change.IsDelete ? NoDelete : NoPut);
}

/// <summary>A response as it was received.</summary>
/// <param name="Revision">The header's revision.</param>
/// <param name="Events">The changes in it.</param>
/// <param name="Fragment">True if the rest of it comes in the next one.</param>
/// <param name="Canceled">True if it ends the watch.</param>
/// <param name="CompactRevision">Of an end because of a compaction: up to where.</param>
public sealed record WatchResponse(
    long Revision, IReadOnlyList<WatchEvent> Events, bool Fragment = false, bool Canceled = false, long CompactRevision = 0)
{
    /// <summary>True if it is a progress notification. One that is for all watchers of a stream is recorded for each.</summary>
    public bool IsProgress => Events.Count == 0 && !Canceled;

    /// <summary>When it was received, nanoseconds.</summary>
    public long Time { get; init; }

    /// <summary>Its place among everything recorded.</summary>
    public long Order { get; init; }
}

/// <summary>One watcher from its creation to its end. A watch that a client takes up again is another record. Only
/// a <see cref="History"/> makes and changes it.</summary>
public sealed class WatchRecord
{
    /// <summary>Its number in the history.</summary>
    public required int Id { get; init; }

    /// <summary>The member asked; for messages only.</summary>
    public string Member { get; init; } = "";

    /// <summary>What was asked for.</summary>
    public required WatchRequest Request { get; init; }

    /// <summary>When it was asked, nanoseconds.</summary>
    public required long CallTime { get; init; }

    /// <summary>The place of the call among everything recorded.</summary>
    public required long CallOrder { get; init; }

    /// <summary>The header's revision of the answer that it was made; 0 if there was none.</summary>
    public long CreatedRevision { get; set; }

    /// <summary>The place of that answer among everything recorded.</summary>
    public long CreatedOrder { get; set; } = long.MaxValue;

    /// <summary>What was received, in that order.</summary>
    public IReadOnlyList<WatchResponse> Responses { get; init; } = new List<WatchResponse>();

    /// <summary>The first revision it is to be told of; 0 if it was never made.</summary>
    public long FirstRevision =>
        CreatedRevision == 0 ? 0 : Request.StartRevision > 0 ? Request.StartRevision : CreatedRevision + 1;

    /// <inheritdoc/>
    public override string ToString() =>
        $"watch #{Id} of {Request.Keys}{(Member.Length == 0 ? "" : $" at {Member}")} from revision {FirstRevision}";
}
