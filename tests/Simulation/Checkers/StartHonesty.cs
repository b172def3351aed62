// A data directory that a crash left, however bad the moment, opens again. Only a disk that fails now, or gives back
// other bits than it was given, is a reason not to start.
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Checkers;

internal static class StartHonesty
{
    /// <summary>A process could not start.</summary>
    /// <exception cref="Violation">It should have been able to.</exception>
    public static void OnFailed(SimMember member, Exception error)
    {
        var isExcused = member.Disk.Misreads > 0 || member.Disk.IsFull || error is Node.Ports.DiskFailureException or Node.Snapshots.SnapshotNotWrittenException
            || error is Node.Options.OptionsException;
        member.Disk.Misreads = 0;
        if (!isExcused)
        {
            throw new Violation("start", $"{member.Name} does not start: {error.Message}");
        }
    }
}
