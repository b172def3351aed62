namespace Kv.Node.Recording;

/// <summary>What a note says of the host.</summary>
internal enum NoteKind : byte
{
    /// <summary>The process started; the text is the name it has been given.</summary>
    Started = 1,

    /// <summary>Who the members are: ids; the text has their names, one a line, in the same order. Said again behind
    /// every checkpoint.</summary>
    Members = 2,

    /// <summary>An orderly stop begins.</summary>
    Stopping = 3,

    /// <summary>The node cannot go on; the text says why.</summary>
    Faulted = 4,

    /// <summary>A snapshot was written: index, bytes.</summary>
    SnapshotTaken = 5,

    /// <summary>There is no room for the next segment of the log; the text says where.</summary>
    DiskShort = 6,

    /// <summary>There is room again.</summary>
    DiskEnough = 7,

    /// <summary>This member's data differs from that of the others, and is not served.</summary>
    Fenced = 8,
}

/// <summary>What the host did.</summary>
/// <param name="Time">Wall clock, microseconds since 1970.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Numbers">As the kind says.</param>
/// <param name="Text">As the kind says; no secrets, no keys, no values.</param>
internal sealed record Note(long Time, NoteKind Kind, ulong[] Numbers, string Text);
