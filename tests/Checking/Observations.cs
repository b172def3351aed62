// What is looked at beside what clients are told: the members' states.
namespace Checking;

/// <summary>What the number of a state is.</summary>
public enum StateNumber
{
    /// <summary>The index of the last log entry in it.</summary>
    AppliedIndex,

    /// <summary>The revision up to which the keys are hashed.</summary>
    Revision,
}

/// <summary>The hash of a member's state.</summary>
/// <param name="Member">Whose.</param>
/// <param name="Kind">What the number is.</param>
/// <param name="Number">Which state.</param>
/// <param name="Compacted">The compact revision, which belongs to a hash of the keys at a revision.</param>
/// <param name="Hash">The hash.</param>
public sealed record StateObservation(string Member, StateNumber Kind, long Number, long Compacted, string Hash);

/// <summary>All keys of a member.</summary>
/// <param name="Member">Whose; for messages.</param>
/// <param name="Revision">At which revision.</param>
/// <param name="Rows">All of them.</param>
public sealed record FinalState(string Member, long Revision, IReadOnlyList<Row> Rows);
