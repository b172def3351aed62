namespace Checking.Search;

/// <summary>Why a revision cannot be as it was tried.</summary>
/// <param name="Revision">Which.</param>
/// <param name="Rule">The rule that would be broken.</param>
/// <param name="Message">How.</param>
/// <param name="Source">The operation, watcher or state that says so; null if it is nobody's word.</param>
/// <param name="Keys">The keys it depends on: what does not touch them cannot help.</param>
/// <param name="IsFinal">True if its source alone is enough for it, given the state before.</param>
internal sealed record Mismatch(long Revision, string Rule, string Message, object? Source, KeySet Keys, bool IsFinal = true);
