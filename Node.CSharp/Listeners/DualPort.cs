// A cleartext port on which HTTP/1.1 and HTTP/2 arrive mixed. Kestrel does not tell them apart by
// itself, so this accepts the sockets, looks at the first bytes without consuming them, and passes
// each connection to the logical listener of its protocol. It copies no payload and parses nothing.
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Kv.Node.Listeners;

/// <summary>A bound socket shared by two logical Kestrel endpoints.</summary>
internal sealed class DualPort(IPEndPoint address) : IAsyncDisposable
{
    /// <summary>Decided connections waiting for Kestrel's accept loop; it takes them at once.</summary>
    private const int DecidedMax = 256;

    private readonly Channel<ConnectionContext> _http1 = NewQueue();
    private readonly Channel<ConnectionContext> _http2 = NewQueue();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IConnectionListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _undecided;

    /// <summary>How long a connection may stay silent before it is closed.</summary>
    public TimeSpan PeekTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most connections that have not sent enough to be told apart; further ones are closed.</summary>
    public int UndecidedMax { get; init; } = 4096;

    /// <summary>The address; once bound, with the real port.</summary>
    public IPEndPoint Address { get; private set; } = address;

    /// <summary>Connections of one protocol, in order of decision; ends when the port closes.</summary>
    public ChannelReader<ConnectionContext> Connections(bool isHttp2) => (isHttp2 ? _http2 : _http1).Reader;

    /// <summary>Binds the socket for the first half; the second finds it bound.</summary>
    public async ValueTask BindAsync(IConnectionListenerFactory sockets, CancellationToken token)
    {
        await _gate.WaitAsync(token);
        try
        {
            if (_listener is not null)
            {
                return;
            }

            _listener = await sockets.BindAsync(Address, token);
            Address = (IPEndPoint)_listener.EndPoint;
            _accepting = AcceptAllAsync(_listener);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops accepting; connections already handed over live on. Takes no token: it waits
    /// for nothing but its own loop, and Kestrel calls it with a cancelled one when disposed.</summary>
    public async ValueTask UnbindAsync()
    {
        await _stopping.CancelAsync();
        if (_listener is not null)
        {
            await _listener.UnbindAsync(CancellationToken.None);
        }

        await _accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }
    }

    private static Channel<ConnectionContext> NewQueue() =>
        Channel.CreateBounded<ConnectionContext>(new BoundedChannelOptions(DecidedMax) { SingleReader = true });

    private async Task AcceptAllAsync(IConnectionListener listener)
    {
        Exception? fault = null;
        var pending = new PendingTasks();
        try
        {
            while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
            {
                if (Interlocked.Increment(ref _undecided) > UndecidedMax)
                {
                    Interlocked.Decrement(ref _undecided);
                    connection.Abort();
                    await connection.DisposeAsync();
                    continue;
                }

                pending.Add(RouteAsync(connection));
            }
        }
#pragma warning disable CA1031 // Handed to Kestrel, whose accept loop reports it and stops the endpoint.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault = e;
        }

        await pending.WhenAllAsync();
        _http1.Writer.TryComplete(fault);
        _http2.Writer.TryComplete(fault);
    }

    /// <summary>Never throws: whatever goes wrong with one connection ends that connection only.</summary>
    private async Task RouteAsync(ConnectionContext connection)
    {
        var handedOver = false;
        try
        {
            var protocol = await PeekAsync(connection);
            if (protocol != FirstBytes.Undecided)
            {
                var queue = protocol == FirstBytes.Http2 ? _http2 : _http1;
                await queue.Writer.WriteAsync(connection, _stopping.Token);
                handedOver = true;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ChannelClosedException)
        {
            // Too slow, gone, or we are stopping: closed below.
        }
        finally
        {
            Interlocked.Decrement(ref _undecided);
            if (!handedOver)
            {
                connection.Abort();
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Undecided means that the peer closed before it said enough.</summary>
    private async ValueTask<FirstBytes> PeekAsync(ConnectionContext connection)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        patience.CancelAfter(PeekTimeout);
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(patience.Token);
            var decision = Http2Preface.Decide(read.Buffer);
            var decided = decision != FirstBytes.Undecided;
            // Nothing is consumed; what was not examined makes Kestrel's next read return at once.
            input.AdvanceTo(read.Buffer.Start, decided ? read.Buffer.Start : read.Buffer.End);
            if (decided || read.IsCompleted)
            {
                return decision;
            }
        }
    }
}
