namespace Kv.Node.History;

/// <summary>What the newest revision was at one moment.</summary>
/// <param name="Time">Milliseconds since 1970, UTC, by this member's clock.</param>
/// <param name="Revision">The store's revision.</param>
internal readonly record struct RevisionPoint(long Time, long Revision);
