// One watch stream of one server. What comes is recorded until it is taken for comparison; steps wait
// only for what they must, so that a sequence means the same on both servers.
using System.Threading.Channels;
using Etcdserverpb;
using Grpc.Core;

namespace Differential.Play;

/// <summary>A watch stream and what came over it.</summary>
internal sealed class WatchSession : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(20);

    private readonly string _side;
    private readonly bool _remembersCompacted;
    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<WatchResponse> _arrived = Channel.CreateUnbounded<WatchResponse>();
    private readonly HashSet<long> _active = [];
    private readonly HashSet<long> _forgotten = [];
    private List<WatchResponse> _recorded = [];

    /// <param name="side">Whose, in reports.</param>
    /// <param name="client">Opens the stream.</param>
    /// <param name="metadata">Says who calls.</param>
    /// <param name="remembersCompacted">Watchers ended by compaction must be cancelled, too (see the table
    /// of accepted differences).</param>
    public WatchSession(string side, Watch.WatchClient client, Metadata metadata, bool remembersCompacted)
    {
        _side = side;
        _remembersCompacted = remembersCompacted;
        _call = client.Watch(metadata, cancellationToken: _end.Token);
        _ = ReadAsync();
    }

    /// <summary>Creates a watcher; returns when that was answered.</summary>
    public async Task CreateAsync(WatchCreateRequest request)
    {
        await WriteAsync(new WatchRequest { CreateRequest = request });
        await UntilAsync(response => response.Created, "creating a watcher");
    }

    /// <summary>Cancels a watcher; waits for the answer if there is such a watcher.</summary>
    public async Task CancelAsync(long id)
    {
        var isKnown = _active.Contains(id);
        await WriteAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = id } });
        if (isKnown)
        {
            await UntilAsync(response => response.Canceled && response.WatchId == id, "cancelling a watcher");
        }
    }

    /// <summary>Waits until everything up to a revision has come. Watchers that are behind make a server
    /// pass over a request for progress, so it is repeated (W12, W13).</summary>
    /// <param name="revision">A revision made after the last watcher.</param>
    public async Task SettleAsync(long revision)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (_active.Count > 0)
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new DifferenceException($"{_side} does not say that its watchers have caught up");
            }

            await WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() });
            for (var next = await NextAsync(ProgressPause); next is not null; next = await NextAsync(ProgressPause))
            {
                if (IsProgress(next) && next.Header.Revision >= revision)
                {
                    return;
                }
            }
        }
    }

    /// <summary>What has come since the last time, but for answers about progress.</summary>
    public List<WatchResponse> Take()
    {
        var taken = _recorded;
        _recorded = [];
        return taken;
    }

    public void Dispose()
    {
        _end.Cancel();
        _call.Dispose();
    }

    private static bool IsProgress(WatchResponse response) =>
        response is { WatchId: -1, Created: false, Canceled: false, Events.Count: 0 };

    private async Task WriteAsync(WatchRequest request)
    {
        try
        {
            await _call.RequestStream.WriteAsync(request);
        }
        catch (RpcException e)
        {
            throw new DifferenceException($"{_side} ended a watch stream: {e.Status}");
        }
    }

    private async Task UntilAsync(Func<WatchResponse, bool> isLast, string what)
    {
        while (true)
        {
            var response = await NextAsync(Patience) ?? throw new DifferenceException($"{_side} does not answer {what}");
            if (isLast(response))
            {
                return;
            }
        }
    }

    /// <summary>The next response, recorded; null if none comes in time.</summary>
    private async Task<WatchResponse?> NextAsync(TimeSpan patience)
    {
        if (!_arrived.Reader.TryRead(out var response))
        {
            using var limit = new CancellationTokenSource(patience);
            try
            {
                response = await _arrived.Reader.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (ChannelClosedException e)
            {
                throw new DifferenceException($"{_side} ended a watch stream: {e.InnerException?.Message}");
            }
        }

        await RecordAsync(response);
        return response;
    }

    private async Task RecordAsync(WatchResponse response)
    {
        if (IsProgress(response) || (response.Canceled && _forgotten.Remove(response.WatchId)))
        {
            return;
        }

        _recorded.Add(response);
        if (response.Canceled)
        {
            _active.Remove(response.WatchId);
            if (_remembersCompacted && response is { Created: false, CompactRevision: not 0 })
            {
                _forgotten.Add(response.WatchId);
                await WriteAsync(
                    new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = response.WatchId } });
            }
        }
        else if (response.Created)
        {
            _active.Add(response.WatchId);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                await _arrived.Writer.WriteAsync(_call.ResponseStream.Current);
            }

            _arrived.Writer.TryComplete();
        }
        catch (Exception e)
        {
            _arrived.Writer.TryComplete(e);
        }
    }
}
