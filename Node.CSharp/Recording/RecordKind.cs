namespace Kv.Node.Recording;

/// <summary>What a record is. Times are microseconds since the record before that has one, wall clocks those since
/// 1970.</summary>
internal enum RecordKind : byte
{
    /// <summary>Whose recording it is: member, cluster, run of the process, heartbeat
    /// interval (milliseconds), and the release as text.</summary>
    Segment = 1,

    /// <summary>A state to begin from: wall clock, number of the step before, state.</summary>
    Checkpoint = 2,

    /// <summary>A step of Raft: time, fingerprint of the outcome (4 bytes), input.</summary>
    Step = 3,

    /// <summary>A step that broke a rule and ended the node: time, what was said (with its length), input.</summary>
    Failure = 4,

    /// <summary>Steps that were not kept: time, how many.</summary>
    Gap = 5,

    /// <summary>The wall clock is elsewhere than the time since the checkpoint says: time, wall clock.</summary>
    Clock = 6,

    /// <summary>What the host did: wall clock, <see cref="NoteKind"/>, numbers (with their count), text.</summary>
    Note = 7,
}
