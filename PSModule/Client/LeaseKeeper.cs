// Renews a lease in the background for as long as it is wanted, and knows when it is lost: when the
// server says so, or when no renewal got through for the whole life of the lease.

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal sealed class LeaseKeeper : IDisposable
{
    private const int RenewalsPerLife = 3;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly KvClient _client;
    private readonly TimeSpan _life;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();

    /// <param name="client">Where the lease is.</param>
    /// <param name="leaseId">The lease.</param>
    /// <param name="life">The life the server granted, from now on.</param>
    public LeaseKeeper(KvClient client, long leaseId, TimeSpan life)
    {
        _client = client;
        LeaseId = leaseId;
        _life = life;
        _ = Task.Run(RunAsync);
    }

    public long LeaseId { get; }

    public bool IsLost => _lost.IsCancellationRequested;

    /// <summary>Fires when the lease is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Stops renewing; the lease then ends by itself.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task RunAsync()
    {
        var since = Stopwatch.StartNew();
        try
        {
            while (!IsLost)
            {
                await Task.Delay(TimeSpan.FromTicks(_life.Ticks / RenewalsPerLife), _stop.Token).ConfigureAwait(false);
                while (!await RenewAsync().ConfigureAwait(false) && !IsLost)
                {
                    if (since.Elapsed >= _life)
                    {
                        _lost.Cancel();
                    }

                    await Task.Delay(RetryPause, _stop.Token).ConfigureAwait(false);
                }

                since.Restart();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Not wanted any more, or the connection is closed: then nobody renews it.
            _lost.Cancel();
        }
    }

    private async Task<bool> RenewAsync()
    {
        try
        {
            await _client.LeaseKeepAliveAsync(LeaseId, new KvCall(TimeSpan.FromTicks(_life.Ticks / RenewalsPerLife), _stop.Token))
                .ConfigureAwait(false);
            return true;
        }
        catch (KvNotFoundException)
        {
            _lost.Cancel();
            return false;
        }
        catch (KvException)
        {
            return false;
        }
    }
}
