// What a replay comes to, one thing at a time and with its time.
using Kv.Core.Raft;
using Kv.Node.Recording;

namespace Kv.Node.Replay;

/// <summary>Something that happened.</summary>
/// <param name="Time">By the wall clock of the node.</param>
/// <param name="Place">Where it stands in the recording.</param>
internal abstract record Replayed(DateTimeOffset Time, Place Place);

/// <summary>States are known from here on.</summary>
/// <param name="Time">By the wall clock of the node.</param>
/// <param name="Place">Where it stands in the recording.</param>
/// <param name="Identity">Whose recording it is.</param>
/// <param name="State">The first state.</param>
/// <param name="IsNewRun">The process was started; else something is missing before it.</param>
internal sealed record ReplayedStart(
    DateTimeOffset Time, Place Place, RecordingIdentity Identity, RaftState State, bool IsNewRun) : Replayed(Time, Place);

/// <summary>A step.</summary>
/// <param name="Time">By the wall clock of the node.</param>
/// <param name="Place">Where it stands in the recording.</param>
/// <param name="Number">Counted from the start of the process.</param>
/// <param name="Before">The state before it.</param>
/// <param name="Input">What came in.</param>
/// <param name="After">The state behind it.</param>
/// <param name="Output">Its events and effects; those of the next step take their place.</param>
internal sealed record ReplayedStep(
    DateTimeOffset Time, Place Place, ulong Number, RaftState Before, Input Input, RaftState After, StepOutput Output)
    : Replayed(Time, Place);

/// <summary>What the host did.</summary>
internal sealed record ReplayedNote(DateTimeOffset Time, Place Place, Note Note) : Replayed(Time, Place);

/// <summary>Steps that are not there.</summary>
internal sealed record ReplayedGap(DateTimeOffset Time, Place Place, ulong Count) : Replayed(Time, Place);

/// <summary>The wall clock was set, by this much.</summary>
internal sealed record ReplayedClockSet(DateTimeOffset Time, Place Place, TimeSpan By) : Replayed(Time, Place);

/// <summary>The step that ended the node, and did so here, too.</summary>
internal sealed record ReplayedFailure(DateTimeOffset Time, Place Place, ulong Number, Input Input, string Text)
    : Replayed(Time, Place);

/// <summary>The replay came to something else than the node did. Nothing comes behind it.</summary>
/// <param name="Time">By the wall clock of the node.</param>
/// <param name="Place">Where it stands in the recording.</param>
/// <param name="Number">The step.</param>
/// <param name="Text">What the node came to, and what the replay.</param>
internal sealed record ReplayedDivergence(DateTimeOffset Time, Place Place, ulong Number, string Text) : Replayed(Time, Place);

/// <summary>The rest of a segment cannot be read.</summary>
internal sealed record ReplayedDamage(DateTimeOffset Time, Place Place, string Problem) : Replayed(Time, Place);
