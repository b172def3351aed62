// Measure-KvPerformance: how fast the cluster answers this machine through the JSON gateway. What it writes
// hangs on a lease, so that it goes even if the command is cut off.

using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Measures how fast requests are answered.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KvPerformance", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(KvPerformance))]
public sealed class MeasureKvPerformanceCommand : KvClusterCommandBase
{
    private const int KeyCount = 1_000;
    private const int LeaseMargin = 60;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The kinds of request.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public KvPerformanceOperation[] Operation { get; set; } = [KvPerformanceOperation.Put, KvPerformanceOperation.Get];

    /// <summary>Seconds for each kind.</summary>
    [Parameter]
    [Alias("Duration")]
    [ValidateRange(1, 3600)]
    public int DurationSeconds { get; set; } = 5;

    /// <summary>Requests under way at the same time.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Concurrency { get; set; } = 16;

    /// <summary>Bytes of each value.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int ValueSize { get; set; } = 256;

    /// <summary>What the keys written begin with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Prefix { get; set; } = "kv-measure/";

    private protected override void Act()
    {
        if (!ShouldProcess(Used.ToString(), FormattableString.Invariant($"Write up to {KeyCount} keys below '{Prefix}', and remove them again")))
        {
            return;
        }

        var folder = $"{Prefix}{Guid.NewGuid():N}/";
        var life = TimeSpan.FromSeconds((Operation.Length * DurationSeconds) + LeaseMargin);
        var lease = Send((client, call) => client.LeaseGrantAsync(life, 0, call)).Id;
        try
        {
            // So that there is something to read.
            Send((client, call) => client.PutAsync(Put(folder, 0, lease), call));
            foreach (var operation in Operation)
            {
                WriteObject(Measure(operation, folder, lease));
            }
        }
        finally
        {
            if (!Stop.IsCancellationRequested)
            {
                Send((client, call) => client.LeaseRevokeAsync(lease, call));
            }
        }
    }

    private KvPerformance Measure(KvPerformanceOperation operation, string folder, long lease)
    {
        using var progress = new ProgressBar(this, $"Measuring {operation}", DurationSeconds * 10);
        var times = new ConcurrentBag<double>();
        var failures = new ConcurrentQueue<KvException>();
        var elapsed = Stopwatch.StartNew();
        var duration = TimeSpan.FromSeconds(DurationSeconds);
        var workers = Task.WhenAll(Enumerable.Range(0, Concurrency).Select(worker => Task.Run(
            () => WorkAsync(operation, folder, lease, worker, () => elapsed.Elapsed < duration, times, failures))));
        while (!workers.IsCompleted)
        {
            Pause(PollInterval);
            progress.Add(1);
        }

        if (times.IsEmpty && failures.TryPeek(out var failure))
        {
            throw failure;
        }

        return new KvPerformance(operation, elapsed.Elapsed, [.. times]) { Failed = failures.Count, Concurrency = Concurrency };
    }

    private async Task WorkAsync(
        KvPerformanceOperation operation,
        string folder,
        long lease,
        int worker,
        Func<bool> isOn,
        ConcurrentBag<double> times,
        ConcurrentQueue<KvException> failures)
    {
        var client = Used.Client;
        for (var i = worker; isOn() && !Stop.IsCancellationRequested; i += Concurrency)
        {
            var call = new KvCall(GivenTimeout ?? Used.OperationTimeout, Stop);
            var elapsed = Stopwatch.StartNew();
            try
            {
                _ = operation == KvPerformanceOperation.Put
                    ? (IResponse)await client.PutAsync(Put(folder, i % KeyCount, lease), call).ConfigureAwait(false)
                    : await client.RangeAsync(
                        new RangeRequest { Key = Key(folder, 0), Serializable = operation == KvPerformanceOperation.SerializableGet }, call).ConfigureAwait(false);
                times.Add(elapsed.Elapsed.TotalMilliseconds);
            }
            catch (KvException failure)
            {
                failures.Enqueue(failure);
            }
        }
    }

    private PutRequest Put(string folder, int number, long lease) =>
        new() { Key = Key(folder, number), Value = new byte[ValueSize], Lease = lease };

    private static byte[] Key(string folder, int number) => KvText.Encode(folder + number.ToString(CultureInfo.InvariantCulture));
}
