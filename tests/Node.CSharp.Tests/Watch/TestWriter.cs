using System.Threading.Channels;
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Tests.Watch;

/// <summary>Takes the responses of a stream; can be made to stop taking them, like a stuck client.</summary>
internal sealed class TestWriter : IAsyncStreamWriter<WatchResponse>
{
    private readonly Channel<WatchResponse> _responses = Channel.CreateUnbounded<WatchResponse>();
    private volatile TaskCompletionSource _open = Opened();

    public WriteOptions? WriteOptions { get; set; }

    public ChannelReader<WatchResponse> Responses => _responses.Reader;

    public void Block() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unblock() => _open.TrySetResult();

    public Task WriteAsync(WatchResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(WatchResponse message, CancellationToken cancellationToken)
    {
        await _open.Task.WaitAsync(cancellationToken);
        await _responses.Writer.WriteAsync(message, cancellationToken);
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
