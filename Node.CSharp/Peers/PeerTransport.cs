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
    /// <summary>Most peers that are answered though they are not known here.</summary>
    private const int GuestsMax = 8;

    private readonly PeerOptions _options;
    private readonly NodeMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SnapshotSender _snapshots;
    private readonly RoundTripProber _prober;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _changes = new();
    private readonly List<Task> _closing = [];

    /// <summary>Peers that have called and are not known to the store here; guarded by <see cref="_changes"/>.</summary>
    private readonly HashSet<ulong> _guests = [];

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

            _guests.RemoveWhere(next.ContainsKey);
            foreach (var guest in _guests)
            {
                next.Add(guest, old[guest]);
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

    /// <summary>A peer has called us. If it was unreachable, it is there again. If it is not known here, this member
    /// may just have missed that it was added, and must be able to answer it: else a leader that was added
    /// meanwhile could never bring this member up to date.</summary>
    /// <param name="peerId">Who called.</param>
    /// <param name="urls">Where it says it is.</param>
    public void PeerSeen(ulong peerId, IReadOnlyList<Uri> urls)
    {
        if (_links.TryGetValue(peerId, out var link))
        {
            link.Wake();
            return;
        }

        lock (_changes)
        {
            if (urls.Count > 0 && _guests.Count < GuestsMax && !_stopping.IsCancellationRequested && !_links.ContainsKey(peerId))
            {
                _guests.Add(peerId);
                var guest = new PeerAddress(peerId, urls);
                _links = new Dictionary<ulong, PeerLink>(_links)
                {
                    [peerId] = new PeerLink(guest, _options, _handler!, MetricsOf(peerId), _logger),
                };
            }
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
