// A watch stream between a client and a node's own handler. What the node sends arrives in order or not at all.
using Grpc.Core;
using Kv.Node.Protos;
using Kv.Node.Watch;
using Kv.Simulation.Cluster;
using Kv.Simulation.Network;

namespace Kv.Simulation.Workload;

/// <summary>One stream; it ends when the process or the link does, and its client notices.</summary>
internal sealed class WatchConnection(World world, SimMember member, Chance chance, Action<WatchResponse> received)
    : IAsyncStreamReader<WatchRequest>, IAsyncStreamWriter<WatchResponse>
{
    private readonly Queue<WatchRequest> _requests = new();
    private TaskCompletionSource<bool>? _reading;
    private Life? _life;
    private long _arrives;
    private bool _isClosed;

    public WatchRequest Current { get; private set; } = new();

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Nothing comes any more.</summary>
    public bool IsDead => _isClosed || _life is null || _life.IsOver;

    /// <summary>Connects.</summary>
    /// <returns>False if nobody serves there.</returns>
    public bool Open()
    {
        if (member.Services is not { } services
            || world.Links.IsCut(Links.Clients, member.Number) || world.Links.IsCut(member.Number, Links.Clients))
        {
            return false;
        }

        _life = services.Life;
        _life.Run(() =>
        {
            var stream = new WatchStream(services.Hub, services.WatchSettings, services.Headers.At, this, null!);
            Serve(stream);
        });
        return true;
    }

    /// <summary>Nothing ends the stream but the end of the process.</summary>
    private async void Serve(WatchStream stream)
    {
        try
        {
            await stream.RunAsync(this, CancellationToken.None);
        }
        catch (Exception error) when (error is not SimulatedCrashException)
        {
            throw new Violation("watch-stream", $"a stream of {member.Name} ended: {error}");
        }
    }

    /// <summary>The client asks for something.</summary>
    public void Send(WatchRequest request)
    {
        var delay = world.Links.Passage(Links.Clients, member.Number);
        if (delay < 0)
        {
            _isClosed = true;
            return;
        }

        world.Events.After(delay, () => _life!.Run(() =>
        {
            _requests.Enqueue(request);
            _reading?.TrySetResult(true);
        }));
    }

    /// <summary>The client goes away without a word.</summary>
    public void Close() => _isClosed = true;

    async Task<bool> IAsyncStreamReader<WatchRequest>.MoveNext(CancellationToken cancellationToken)
    {
        if (_requests.Count == 0)
        {
            _reading = new TaskCompletionSource<bool>();
            await _reading.Task;
        }

        Current = _requests.Dequeue();
        return true;
    }

    Task IAsyncStreamWriter<WatchResponse>.WriteAsync(WatchResponse message) =>
        ((IAsyncStreamWriter<WatchResponse>)this).WriteAsync(message, CancellationToken.None);

    Task IAsyncStreamWriter<WatchResponse>.WriteAsync(WatchResponse message, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource();
        var delay = world.Links.Passage(member.Number, Links.Clients);
        if (delay < 0 || _isClosed)
        {
            // The node takes the connection for alive; nothing gets through.
            _isClosed = true;
            return done.Task;
        }

        _arrives = Math.Max(_arrives, world.Events.Now + delay);
        world.Events.After(_arrives - world.Events.Now, () =>
        {
            if (!_isClosed)
            {
                world.Clients.Run(() => received(message));
            }
        });
        // Some clients read slowly.
        world.Events.After(chance.Permille(50) ? chance.Between(0, Time.Span.Second) : 0, () => _life!.Run(done.SetResult));
        return done.Task;
    }
}
