// A watch stream inside the node: the same machinery a client's stream runs on, with a small channel in
// place of the network. A reader that is slow is treated as a slow client is.
using System.Threading.Channels;
using Grpc.Core;
using Kv.Node.Auth;
using Kv.Node.Protos;
using Kv.Node.Watch;

namespace Kv.Node.Concurrency;

/// <summary>Changes of some keys, in order. Disposal ends the stream.</summary>
internal sealed class ChangeFeed : IAsyncStreamReader<WatchRequest>, IAsyncStreamWriter<WatchResponse>, IAsyncDisposable
{
    /// <summary>Responses that wait to be read.</summary>
    private const int WaitingMax = 4;

    private readonly Channel<WatchResponse> _responses =
        Channel.CreateBounded<WatchResponse>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly IEnumerator<WatchCreateRequest> _watchers;
    private readonly CancellationTokenSource _ended;
    private Task _serving = Task.CompletedTask;

    private ChangeFeed(IEnumerable<WatchCreateRequest> watchers, CancellationToken token)
    {
        _watchers = watchers.GetEnumerator();
        _ended = CancellationTokenSource.CreateLinkedTokenSource(token);
    }

    public WatchRequest Current { get; private set; } = new();

    public WriteOptions? WriteOptions { get; set; }

    /// <param name="watch">Serves the stream.</param>
    /// <param name="watchers">What to watch.</param>
    /// <param name="token">Ends the stream.</param>
    public static ChangeFeed Open(
        WatchCalls watch, IEnumerable<WatchCreateRequest> watchers, CancellationToken token)
    {
        var feed = new ChangeFeed(watchers, token);
        feed._serving = feed.ServeAsync(watch);
        return feed;
    }

    /// <summary>The next response that is not merely the beginning of a watcher: events, or the end of a
    /// watcher whose history was compacted.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<WatchResponse> NextAsync(CancellationToken token)
    {
        while (true)
        {
            var response = await _responses.Reader.ReadAsync(token);
            if (!response.Created || response.Canceled)
            {
                return response;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        _watchers.Dispose();
    }

    Task<bool> IAsyncStreamReader<WatchRequest>.MoveNext(CancellationToken cancellationToken)
    {
        if (!_watchers.MoveNext())
        {
            return Task.FromResult(false);
        }

        Current = new WatchRequest { CreateRequest = _watchers.Current };
        return Task.FromResult(true);
    }

    Task IAsyncStreamWriter<WatchResponse>.WriteAsync(WatchResponse message) =>
        _responses.Writer.WriteAsync(message, _ended.Token).AsTask();

    Task IAsyncStreamWriter<WatchResponse>.WriteAsync(WatchResponse message, CancellationToken cancellationToken) =>
        _responses.Writer.WriteAsync(message, cancellationToken).AsTask();

    /// <summary>Whatever ends the stream reaches the reader.</summary>
    private async Task ServeAsync(WatchCalls watch)
    {
        var serving = watch.ServeAsync(this, this, CallIdentity.Node, _ended.Token);
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _responses.Writer.TryComplete(
            serving.IsCanceled ? new OperationCanceledException(_ended.Token) : serving.Exception?.InnerException);
        await serving;
    }
}
