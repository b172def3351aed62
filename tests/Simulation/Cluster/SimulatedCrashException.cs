// Thrown out of a disk operation in which the machine of a member loses power, and out of every one that the dead
// process still tries.
namespace Kv.Simulation.Cluster;

/// <summary>The process is gone.</summary>
internal sealed class SimulatedCrashException() : Exception("the process is gone");
