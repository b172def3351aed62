// A time budget that can be cut into slices, so that one endpoint that never answers does not use up
// the time of those after it.

using System;
using System.Diagnostics;
using System.Threading;

namespace Kv.PowerShell.Client;

internal sealed class KvDeadline(TimeSpan budget, CancellationToken stop)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public TimeSpan Left => budget - _elapsed.Elapsed;

    /// <summary>A source that fires after an equal share of what is left, or when stopped. The caller
    /// disposes it.</summary>
    public CancellationTokenSource Slice(int shares)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var left = Left;
        source.CancelAfter(left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(left.Ticks / shares));
        return source;
    }
}
