// What the engine has from the process it runs in. The simulator replaces all of it, so that a run is a
// function of its seed alone.
using Kv.Node.Threads;

namespace Kv.Node.Ports;

/// <summary>Time, threads and chance.</summary>
/// <param name="Clock">All time of the engine.</param>
/// <param name="Threads">Where its work runs.</param>
/// <param name="Random">For what must differ from others; nothing secret.</param>
internal sealed record HostPorts(TimeProvider Clock, IThreads Threads, Random Random)
{
    /// <summary>Those of this process.</summary>
    public static HostPorts OfProcess { get; } = new(TimeProvider.System, ProcessThreads.Instance, Random.Shared);
}
