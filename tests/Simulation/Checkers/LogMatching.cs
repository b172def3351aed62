// Raft figure 3, log matching: entries of equal index and term are equal, and so is everything before them. It is
// enough that each has one content and one predecessor, wherever it is seen.
using Kv.Core.Raft;
using Kv.Node.Wal;
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Checkers;

internal sealed class LogMatching
{
    private readonly Dictionary<(ulong Index, ulong Term), (ulong Previous, uint Content)> _known = [];

    /// <summary>A leader sends entries.</summary>
    /// <exception cref="Violation">They are not those that were seen at their places before.</exception>
    public void OnEntries(SimMember member, ulong previousTerm, Entry[] entries)
    {
        foreach (var entry in entries)
        {
            var seen = (previousTerm, Content(entry));
            if (!_known.TryAdd((entry.Index, entry.Term), seen) && _known[(entry.Index, entry.Term)] != seen)
            {
                throw new Violation(
                    "log-matching", $"{member.Name} sends entry {entry.Index} of term {entry.Term}, which is another elsewhere");
            }

            previousTerm = entry.Term;
        }
    }

    private static uint Content(Entry entry) => Crc32C.Append((uint)entry.Kind, entry.Data.Span);
}
