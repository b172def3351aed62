namespace Kv.Node.Replay;

/// <summary>A line of the story.</summary>
/// <param name="Time">By the wall clock of the node.</param>
/// <param name="Place">Where what it tells stands in the recording.</param>
/// <param name="Step">The step it tells of, or comes behind.</param>
/// <param name="Term">The term then; 0 if it is not known.</param>
/// <param name="Kind">One word: what it is about.</param>
/// <param name="Text">What happened, and why.</param>
internal sealed record Told(DateTimeOffset Time, Place Place, ulong Step, ulong Term, string Kind, string Text);
