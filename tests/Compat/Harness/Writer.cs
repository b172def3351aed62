// Clients that write all the time and remember every write that was acknowledged.
using System.Collections.Concurrent;
using System.Diagnostics;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Harness;

/// <summary>Writes numbered values under a prefix until told to stop.</summary>
internal sealed class Writer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;
    private readonly string _prefix;
    private readonly Func<HttpMessageHandler>? _transport;

    /// <param name="urls">The members; each client stays with one and turns to the next on failure.</param>
    /// <param name="prefix">Keys are the prefix, the client's number and a serial number.</param>
    /// <param name="clients">How many write at once.</param>
    /// <param name="valueBytes">Size of a value; it begins with the key.</param>
    /// <param name="transport">Makes what a client's connections go over; null is the default.</param>
    public Writer(
        IReadOnlyList<string> urls, string prefix, int clients = 4, int valueBytes = 0,
        Func<HttpMessageHandler>? transport = null)
    {
        _prefix = prefix;
        _transport = transport;
        _clients = [.. Enumerable.Range(0, clients).Select(i => Task.Run(() => RunAsync(urls, i, valueBytes)))];
    }

    /// <summary>Key to value of every write that was acknowledged.</summary>
    public ConcurrentDictionary<string, string> Acknowledged { get; } = new();

    /// <summary>Writes whose outcome is unknown.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>When the newest acknowledgement came (stopwatch ticks).</summary>
    public long LastAcknowledgedAt => Volatile.Read(ref _lastAcknowledgedAt);

    /// <summary>The longest time in which nobody's write was acknowledged.</summary>
    public TimeSpan LongestStall
    {
        get
        {
            lock (_stalls)
            {
                return _longestStall;
            }
        }
    }

    private readonly Lock _stalls = new();
    private TimeSpan _longestStall;
    private long _lastAcknowledgedAt;
    private int _failures;

    /// <summary>Waits for so many more acknowledged writes.</summary>
    public Task WaitForMoreAsync(int count, TimeSpan? limit = null)
    {
        var target = Acknowledged.Count + count;
        return Eventually.Holds(() => Task.FromResult(Acknowledged.Count >= target), $"{count} more writes", limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private void Note(long now)
    {
        lock (_stalls)
        {
            if (_lastAcknowledgedAt != 0 && Stopwatch.GetElapsedTime(_lastAcknowledgedAt, now) is var stall
                && stall > _longestStall)
            {
                _longestStall = stall;
            }

            Volatile.Write(ref _lastAcknowledgedAt, Math.Max(now, _lastAcknowledgedAt));
        }
    }

    private async Task RunAsync(IReadOnlyList<string> urls, int number, int valueBytes)
    {
        var channels = urls.Select(url => GrpcChannel.ForAddress(
            url, new GrpcChannelOptions { HttpHandler = _transport?.Invoke(), DisposeHttpClient = true })).ToArray();
        var serial = 0;
        for (var at = number; !_stop.IsCancellationRequested;)
        {
            var key = $"{_prefix}{number}/{serial++}";
            var value = key.PadRight(valueBytes, '.');
            var request = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) };
            try
            {
                await new KV.KVClient(channels[at % channels.Length]).PutAsync(
                    request, deadline: DateTime.UtcNow.AddSeconds(2));
                Acknowledged[key] = value;
                Note(Stopwatch.GetTimestamp());
            }
            catch (RpcException)
            {
                // Unknown whether it happened: it is neither required nor forbidden afterwards.
                Interlocked.Increment(ref _failures);
                at++;
            }
        }

        foreach (var channel in channels)
        {
            channel.Dispose();
        }
    }
}
