// What Measure-KvPerformance found out about one kind of request.

using System;
using System.Collections.Generic;

namespace Kv.PowerShell.Model;

/// <summary>How many requests went through, and how long each took.</summary>
public sealed class KvPerformance
{
    internal KvPerformance(KvPerformanceOperation operation, TimeSpan duration, List<double> milliseconds)
    {
        Operation = operation;
        Duration = duration;
        Count = milliseconds.Count;
        milliseconds.Sort();
        Median = Percentile(milliseconds, 50);
        P90 = Percentile(milliseconds, 90);
        P99 = Percentile(milliseconds, 99);
        Slowest = Percentile(milliseconds, 100);
    }

    /// <summary>The kind of request.</summary>
    public KvPerformanceOperation Operation { get; }

    /// <summary>Requests that succeeded.</summary>
    public int Count { get; }

    /// <summary>Requests that failed.</summary>
    public int Failed { get; internal init; }

    /// <summary>How long all of them took together.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Requests that were under way at the same time.</summary>
    public int Concurrency { get; internal init; }

    /// <summary>Successful requests a second.</summary>
    public double Rate => Duration > TimeSpan.Zero ? Math.Round(Count / Duration.TotalSeconds, 1) : 0;

    /// <summary>Milliseconds that half of the requests took at most.</summary>
    public double Median { get; }

    /// <summary>Milliseconds that nine of ten requests took at most.</summary>
    public double P90 { get; }

    /// <summary>Milliseconds that 99 of 100 requests took at most.</summary>
    public double P99 { get; }

    /// <summary>Milliseconds of the slowest request.</summary>
    public double Slowest { get; }

    /// <summary>The kind and the rate.</summary>
    public override string ToString() => FormattableString.Invariant($"{Operation}: {Rate}/s");

    private static double Percentile(List<double> sorted, int percent) =>
        sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)], 3);
}
