// Puts at a steady rate, whatever the node does: each has its time, and is late if the node is slow.
using System.Collections.Concurrent;
using System.Diagnostics;
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace Load;

/// <summary>A steady stream of puts.</summary>
/// <param name="token">Of the user who puts; null while there are no users.</param>
internal sealed class PutLoad(string url, string prefix, int rate, string? token = null)
{
    private const int ConnectionCount = 4;

    private const int InFlightMax = 2_000;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentBag<double> _milliseconds = [];
    private readonly Metadata _metadata = token is null ? [] : new Metadata { { "token", token } };
    private int _done;

    public int Done => Volatile.Read(ref _done);

    /// <summary>Latencies in milliseconds, from the moment each was due, ascending.</summary>
    public double[] Latencies => [.. _milliseconds.Order()];

    /// <summary>Puts until told to stop, and waits for what is in flight.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var room = new SemaphoreSlim(InFlightMax);
        var clients = Enumerable.Range(0, ConnectionCount).Select(_ => new Client(url)).ToArray();
        var calls = clients.Select(client => client.Kv).ToArray();
        var value = ByteString.CopyFrom(new byte[32]);
        var clock = Stopwatch.StartNew();
        long sent = 0;
        while (!stop.IsCancellationRequested)
        {
            for (var due = (long)(clock.Elapsed.TotalSeconds * rate); sent < due; sent++)
            {
                await room.WaitAsync(CancellationToken.None);
                _ = PutAsync(
                    calls[sent % ConnectionCount], ByteString.CopyFromUtf8($"{prefix}{sent % 1_000}"), value,
                    TimeSpan.FromSeconds((double)sent / rate), clock, room);
            }

            await Task.Delay(Step, CancellationToken.None);
        }

        for (var i = 0; i < InFlightMax; i++)
        {
            await room.WaitAsync(CancellationToken.None);
        }

        Array.ForEach(clients, client => client.Dispose());
    }

    private async Task PutAsync(KV.KVClient kv, ByteString key, ByteString value, TimeSpan due, Stopwatch clock, SemaphoreSlim room)
    {
        try
        {
            await kv.PutAsync(new PutRequest { Key = key, Value = value }, _metadata);
            Interlocked.Increment(ref _done);
            _milliseconds.Add((clock.Elapsed - due).TotalMilliseconds);
        }
        finally
        {
            room.Release();
        }
    }
}
