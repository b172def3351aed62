// Renewals in batches: whatever arrives while one batch is on its way goes with the next, so that a
// member needs one confirmation by the quorum, and a follower one request to the leader, for however
// many leases are kept alive through it.
using Kv.Node.Grpc;
using Kv.Node.Threads;

namespace Kv.Node.Leases;

/// <summary>Collects renewals; safe for all threads.</summary>
/// <param name="threads">Where the batches are brought together.</param>
/// <param name="renew">Renews leases: the granted seconds of each, 0 if there is no such lease.</param>
internal sealed class RenewalBatches(IThreads threads, Func<long[], Task<long[]>> renew)
{
    /// <summary>Most leases in a batch.</summary>
    public const int LeasesMax = 1_000;

    /// <summary>Most renewals waiting; past it callers get "too many requests".</summary>
    private const int WaitingMax = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<(long Id, TaskCompletionSource<long> Done)> _waiting = new();
    private bool _isRunning;

    /// <summary>Renews one lease with the next batch.</summary>
    /// <exception cref="EtcdException">As <paramref name="renew"/>, or too many wait.</exception>
    public Task<long> RenewAsync(long id)
    {
        var done = Promise.New<long>();
        lock (_lock)
        {
            if (_waiting.Count >= WaitingMax)
            {
                throw EtcdErrors.TooManyRequests;
            }

            _waiting.Enqueue((id, done));
            if (_isRunning)
            {
                return done.Task;
            }

            _isRunning = true;
        }

        _ = threads.Run(RunAsync);
        return done.Task;
    }

    /// <summary>Never throws: whatever goes wrong with a batch is told to those in it.</summary>
    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                var granted = await renew([.. batch.Select(renewal => renewal.Id)]);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Done.SetResult(granted[i]);
                }
            }
#pragma warning disable CA1031 // Handed to the callers.
            catch (Exception error)
#pragma warning restore CA1031
            {
                foreach (var (_, done) in batch)
                {
                    done.TrySetException(error);
                }
            }
        }
    }

    private List<(long Id, TaskCompletionSource<long> Done)> Take()
    {
        var batch = new List<(long, TaskCompletionSource<long>)>();
        lock (_lock)
        {
            while (batch.Count < LeasesMax && _waiting.TryDequeue(out var renewal))
            {
                batch.Add(renewal);
            }

            _isRunning = batch.Count > 0;
        }

        return batch;
    }
}
