using System.Threading.Channels;
using Google.Protobuf;
using Kv.Node.Auth;
using Kv.Node.Protos;
using Kv.Node.Watch;
using Xunit;

namespace Kv.Node.Tests.Watch;

/// <summary>One watch stream with a test on both ends.</summary>
internal sealed class WatchSession : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<WatchRequest> _requests = Channel.CreateUnbounded<WatchRequest>();
    private readonly CancellationTokenSource _ended = new();
    private readonly WatchStream _stream;
    private readonly Task _running;

    public WatchSession(WatchBench bench)
    {
        _stream = new WatchStream(bench.Hub, bench.Settings, WatchBench.Header, Writer, CallIdentity.Node);
        _running = _stream.RunAsync(new TestReader<WatchRequest>(_requests.Reader), _ended.Token);
    }

    public TestWriter Writer { get; } = new();

    public Task Running => _running;

    /// <summary>What waits to be sent.</summary>
    public (int Rows, long Bytes) Pending => _stream.Pending;

    public void Send(WatchCreateRequest create) => Assert.True(
        _requests.Writer.TryWrite(new WatchRequest { CreateRequest = create }));

    public void Cancel(long id) => Assert.True(
        _requests.Writer.TryWrite(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = id } }));

    public void AskProgress() => Assert.True(
        _requests.Writer.TryWrite(new WatchRequest { ProgressRequest = new WatchProgressRequest() }));

    /// <summary>Waits until the stream has all requests sent so far, though it need not have served them.</summary>
    public async Task TakenAsync()
    {
        // The stream takes requests one after another, so once it has this one it has those before.
        Cancel(long.MaxValue);
        using var patience = new CancellationTokenSource(Patience);
        while (_requests.Reader.Count > 0)
        {
            await Task.Delay(1, patience.Token);
        }
    }

    /// <summary>Makes a progress interval be over.</summary>
    public void Tick() => _stream.ProgressTick();

    public void EndRequests() => _requests.Writer.Complete();

    /// <summary>Creates a watcher and takes its created response.</summary>
    public async Task<WatchResponse> CreateAsync(
        string key,
        string end = "",
        long start = 0,
        Action<WatchCreateRequest>? more = null)
    {
        var create = new WatchCreateRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            RangeEnd = ByteString.CopyFromUtf8(end),
            StartRevision = start,
        };
        more?.Invoke(create);
        Send(create);
        var created = await NextAsync();
        Assert.True(created.Created);
        return created;
    }

    public async Task<WatchResponse> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await Writer.Responses.ReadAsync(patience.Token);
    }

    /// <summary>The next events, over as many responses as they take.</summary>
    public async Task<List<Event>> EventsAsync(int count)
    {
        var events = new List<Event>();
        while (events.Count < count)
        {
            var response = await NextAsync();
            events.AddRange(response.Events);
            Assert.NotEmpty(response.Events);
            Assert.True(response.Header.Revision >= events[^1].Kv.ModRevision);
        }

        Assert.Equal(count, events.Count);
        return events;
    }

    /// <summary>Nothing is waiting: shown by a cancellation of a new watcher being the next thing said.</summary>
    public async Task AssertSilentAsync()
    {
        Send(new WatchCreateRequest { Key = ByteString.CopyFromUtf8("silence"), StartRevision = -1 });
        var next = await NextAsync();
        Assert.True(next.Created && next.Canceled, $"expected silence, got {next}");
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.WaitAsync(Patience));
        _stream.Dispose();
        _ended.Dispose();
    }
}
