// The real network between members: one outgoing stream a peer, snapshots beside them. What comes in
// arrives at PeerEndpoints; the two meet only in the handler.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Ports;

namespace Kv.Node.Peers;

/// <summary>Sends messages and snapshots to the other members over HTTP.</summary>
internal sealed class PeerTransport : IPeerNetwork, IAsyncDisposable
{
    private readonly PeerOptions _options;
    private readonly NodeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SnapshotSender _snapshots;
    private readonly RoundTripProber _prober;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _changes = new();
    private readonly List<Task> _closing = [];

    // Replaced as a whole on change, so that sending takes no lock.
    private volatile Dictionary<ulong, PeerLink> _links = [];

    private IPeerHandler? _handler;
    private Task _keepingAlive = Task.CompletedTask;
    private Task _probing = Task.CompletedTask;

    /// <summary>A transport without peers.</summary>
    /// <param name="options">Identity and limits.</param>
    /// <param name="writeSnapshot">Writes the frames of a state to a stream.</param>
    /// <param name="metrics">Counts traffic.</param>
    /// <param name="logger">Where to tell.</param>
    public PeerTransport(
        PeerOptions options,
        Func<StoreState, Stream, CancellationToken, Task> writeSnapshot,
        NodeMetrics metrics,
        ILogger<PeerTransport> logger)
    {
        (_options, _metrics, _logger) = (options, metrics, logger);
        _snapshots = new SnapshotSender(options, writeSnapshot, logger);
        _prober = new RoundTripProber(options);
    }

    /// <inheritdoc/>
    public void Start(IPeerHandler handler)
    {
        if (Interlocked.CompareExchange(ref _handler, handler, null) is not null)
        {
            throw new InvalidOperationException("the transport was started already");
        }

        _keepingAlive = Task.Run(KeepAliveAsync);
        _probing = Task.Run(ProbeAsync);
    }

    /// <inheritdoc/>
    public void Send(Message message)
    {
        if (_links.TryGetValue(message.To, out var link))
        {
            link.Send(message);
        }
    }

    /// <inheritdoc/>
    public void SetPeers(IReadOnlyList<PeerAddress> peers)
    {
        var handler = _handler ?? throw new InvalidOperationException("the transport was not started");
        lock (_changes)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            var old = _links;
            var next = new Dictionary<ulong, PeerLink>();
            foreach (var peer in peers.Where(peer => peer.Id != _options.MemberId && peer.Urls.Count > 0))
            {
                if (old.TryGetValue(peer.Id, out var link))
                {
                    link.Address = peer;
                }
                else
                {
                    link = new PeerLink(peer, _options, handler, MetricsOf(peer.Id), _logger);
                }

                next.Add(peer.Id, link);
            }

            _links = next;
            _closing.RemoveAll(task => task.IsCompletedSuccessfully);
            var gone = old.Values.Where(link => !next.ContainsKey(link.Address.Id));
            _closing.AddRange(gone.Select(link => link.DisposeAsync().AsTask()));
        }
    }

    /// <inheritdoc/>
    public TimeSpan? ConnectedFor(ulong peerId) => _links.GetValueOrDefault(peerId)?.ConnectedFor;

    /// <inheritdoc/>
    public async Task<bool> SendSnapshotAsync(Message installSnapshot, StoreState state, CancellationToken token)
    {
        if (!_links.TryGetValue(installSnapshot.To, out var link))
        {
            return false;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, _stopping.Token);
        return await _snapshots.SendAsync(installSnapshot, state, link.Address, link.Metrics, either.Token);
    }

    /// <summary>A peer that was unreachable has called us: it is there again.</summary>
    public void PeerSeen(ulong peerId)
    {
        if (_links.TryGetValue(peerId, out var link))
        {
            link.Wake();
        }
    }

    /// <summary>Closes all streams; the second time it does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] closing;
        lock (_changes)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _stopping.Cancel();
            closing = [.. _closing, .. _links.Values.Select(link => link.DisposeAsync().AsTask())];
            _links = [];
        }

        await Task.WhenAll(closing);
        await Task.WhenAll(_keepingAlive, _probing);
        _snapshots.Dispose();
        _prober.Dispose();
        _stopping.Dispose();
    }

    private PeerMetrics MetricsOf(ulong peerId) =>
        _metrics.ForPeer(PeerHeaders.Hex(_options.MemberId), PeerHeaders.Hex(peerId));

    private async Task KeepAliveAsync()
    {
        using var timer = new PeriodicTimer(_options.KeepAliveInterval);
        while (await TickAsync(timer))
        {
            foreach (var link in _links.Values)
            {
                link.KeepAlive();
            }
        }
    }

    private async Task ProbeAsync()
    {
        using var timer = new PeriodicTimer(_options.ProbeInterval);
        while (await TickAsync(timer))
        {
            await Task.WhenAll(_links.Values.Select(ProbeOneAsync));
        }
    }

    private async Task ProbeOneAsync(PeerLink link)
    {
        if (await _prober.MeasureAsync(link.Address, _stopping.Token) is { } roundTrip)
        {
            link.Metrics.RoundTrip.Observe(roundTrip.TotalSeconds);
        }
    }

    private async Task<bool> TickAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
