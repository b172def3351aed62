// What is compacted stays so: once somebody was told that a compaction is done, no read below it succeeds.
using Kv.Node.Protos;
using Kv.Simulation.Network;
using Kv.Simulation.Workload;

namespace Kv.Simulation.Checkers;

internal static class CompactionSafety
{
    /// <exception cref="Violation">A compacted revision was read.</exception>
    public static void Check(IReadOnlyList<Operation> operations)
    {
        var compactions = operations.Where(o => o.Request is CompactionRequest && o.Kind == AnswerKind.Value).ToArray();
        foreach (var read in operations)
        {
            // A serializable read may be behind, and is told so by its header.
            if (read.Request is RangeRequest { Revision: > 0, Serializable: false } range && read.Kind == AnswerKind.Value
                && Array.Exists(compactions, c => c.Returned < read.Called && ((CompactionRequest)c.Request).Revision > range.Revision))
            {
                throw new Violation("compaction", $"client {read.Client} read {range.Revision} at {read.Called}, which was compacted");
            }
        }
    }
}
