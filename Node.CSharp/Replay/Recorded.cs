// What stands in a recording, one record each.
using Kv.Core.Raft;
using Kv.Node.Recording;

namespace Kv.Node.Replay;

/// <summary>Something recorded.</summary>
/// <param name="Place">Where it stands.</param>
internal abstract record Recorded(Place Place);

/// <summary>A segment begins.</summary>
internal sealed record RecordedSegment(Place Place, RecordingIdentity Identity) : Recorded(Place);

/// <summary>A state to begin from.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="WallClock">Microseconds since 1970.</param>
/// <param name="Step">Number of the step before it.</param>
/// <param name="State">The state.</param>
internal sealed record RecordedCheckpoint(Place Place, long WallClock, ulong Step, RaftState State) : Recorded(Place);

/// <summary>A step.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Elapsed">Microseconds since the record before.</param>
/// <param name="Fingerprint">Of what it came to.</param>
/// <param name="Input">What came in.</param>
internal sealed record RecordedStep(Place Place, long Elapsed, uint Fingerprint, Input Input) : Recorded(Place);

/// <summary>A step that ended the node.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Elapsed">Microseconds since the record before.</param>
/// <param name="Text">What it said.</param>
/// <param name="Input">What came in.</param>
internal sealed record RecordedFailure(Place Place, long Elapsed, string Text, Input Input) : Recorded(Place);

/// <summary>Steps that are not there.</summary>
internal sealed record RecordedGap(Place Place, long Elapsed, ulong Count) : Recorded(Place);

/// <summary>What the wall clock was, microseconds since 1970.</summary>
internal sealed record RecordedClock(Place Place, long Elapsed, long WallClock) : Recorded(Place);

/// <summary>What the host did.</summary>
internal sealed record RecordedNote(Place Place, Note Note) : Recorded(Place);

/// <summary>Something that cannot be read, and with it the rest of its segment.</summary>
internal sealed record RecordedDamage(Place Place, string Problem) : Recorded(Place);
