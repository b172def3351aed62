// One way in which everything can have happened: what a search found. Where all was seen it is the only one.
namespace Checking;

/// <summary>A change of the key space in a <see cref="Timeline"/>.</summary>
/// <param name="Revision">The revision it made.</param>
/// <param name="By">The operation; null for the end of a lease.</param>
/// <param name="Lease">The lease that ended; 0 for an operation.</param>
/// <param name="Events">What changed, with the rows before.</param>
public sealed record Step(long Revision, Operation? By, long Lease, IReadOnlyList<WatchEvent> Events);

/// <summary>What happened, revision by revision.</summary>
/// <param name="Steps">All changes in order.</param>
/// <param name="End">The state behind the last.</param>
/// <param name="Open">Operations of unknown outcome that have had no effect so far: they may have one later.</param>
public sealed record Timeline(IReadOnlyList<Step> Steps, FinalState End, IReadOnlyList<Operation> Open);
