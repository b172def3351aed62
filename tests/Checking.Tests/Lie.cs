namespace Checking.Tests;

/// <summary>What a store or a watch that is not honest does, once.</summary>
public enum Lie
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Answers a linearizable read from a state that was seen to be over.</summary>
    StaleRead,

    /// <summary>Acknowledges a put and forgets it.</summary>
    LostWrite,

    /// <summary>Does a put twice.</summary>
    DoubledWrite,

    /// <summary>Refuses a put and does it.</summary>
    RefusedWrite,

    /// <summary>Answers a serializable read with the rows of another revision.</summary>
    WrongSerializableRead,

    /// <summary>Answers a read at a compacted revision.</summary>
    ReadOfCompacted,

    /// <summary>Ends a lease before its time.</summary>
    EarlyLease,

    /// <summary>Leaves out an event.</summary>
    LostEvent,

    /// <summary>Sends an event twice.</summary>
    DoubledEvent,

    /// <summary>Sends the wrong row before.</summary>
    WrongPrevious,

    /// <summary>Tells of progress before what it speaks of.</summary>
    EarlyProgress,
}
