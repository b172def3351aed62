namespace Checking;

/// <summary>The names of the rules, as violations carry them.</summary>
public static class Rules
{
    /// <summary>What happened can have happened one after the other, each within its call and return.</summary>
    public const string Linearizable = "linearizable";

    /// <summary>A serializable read, and one at a revision, answers with the state of that revision.</summary>
    public const string SerializableRead = "serializable-read";

    /// <summary>What was acknowledged stays.</summary>
    public const string Durable = "durable";

    /// <summary>A watch is sent nothing it did not ask for.</summary>
    public const string WatchFilter = "watch-filter";

    /// <summary>Events come in the order of revisions.</summary>
    public const string WatchOrdered = "watch-ordered";

    /// <summary>No event comes twice.</summary>
    public const string WatchUnique = "watch-unique";

    /// <summary>All events of a revision come together.</summary>
    public const string WatchAtomic = "watch-atomic";

    /// <summary>Progress at a revision says that everything up to it has come.</summary>
    public const string WatchBookmarkable = "watch-bookmarkable";

    /// <summary>A watch from a revision begins with the first change at or after it.</summary>
    public const string WatchResumable = "watch-resumable";

    /// <summary>No change between the first and the last event is left out.</summary>
    public const string WatchReliable = "watch-reliable";

    /// <summary>Create revision and version tell a new key from an old one.</summary>
    public const string WatchIsCreate = "watch-is-create";

    /// <summary>The row before is the one that was there.</summary>
    public const string WatchPrevKv = "watch-prev-kv";

    /// <summary>Every event is a change that was made.</summary>
    public const string WatchGenuine = "watch-genuine";

    /// <summary>A lease lives as long as it was promised at its last renewal.</summary>
    public const string LeaseNeverEarly = "lease-never-early";

    /// <summary>A lock has one holder as long as the holder's lease lives.</summary>
    public const string LockExclusive = "lock-exclusive";

    /// <summary>What was compacted is never answered again.</summary>
    public const string CompactionFinal = "compaction-final";

    /// <summary>The same place in the log gives the same state everywhere.</summary>
    public const string EqualState = "equal-state";
}

/// <summary>A rule that a history breaks.</summary>
/// <param name="Rule">One of <see cref="Rules"/>.</param>
/// <param name="Message">How, with the operations it is about.</param>
public sealed record Violation(string Rule, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Rule}: {Message}";
}
