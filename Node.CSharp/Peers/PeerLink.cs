// The outgoing stream to one peer: keeps it connected, drains the queue into it, and says when the
// peer cannot be reached. One loop owns the connection; others only add to the queue.
using System.Diagnostics;
using System.Net;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Ports;

namespace Kv.Node.Peers;

/// <summary>Sends messages to one peer.</summary>
internal sealed class PeerLink : IAsyncDisposable
{
    private readonly PeerOptions _options;
    private readonly IPeerHandler _handler;
    private readonly PeerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly string _hex;
    private readonly HttpClient _client;
    private readonly PeerQueue _queue;
    private readonly FrameBuffer _frames = new();
    private readonly CancellationTokenSource _stopping = new();

    // Never disposed: Wake may come while the link is being closed, and it holds no handle.
    private readonly SemaphoreSlim _wake = new(0, 1);

    private readonly Task _running;

    private readonly FollowerTraffic? _traffic;

    // Sizes of the append messages in the batch at hand; used only if they are counted.
    private readonly List<int> _appends = [];

    private PeerAddress _address;
    private int _urlIndex;
    private string _lastProblem = "";
    private long _lastReport = long.MinValue / 2;

    /// <summary>When the present stream was accepted (stopwatch ticks); 0 while there is none.</summary>
    private long _connectedAt;

    // False while waiting between two attempts: what is sent then is dropped at once, so that a peer
    // that comes back is not met with stale messages.
    private volatile bool _accepts = true;

    /// <summary>Starts connecting at once.</summary>
    public PeerLink(PeerAddress address, PeerOptions options, IPeerHandler handler, PeerMetrics metrics, ILogger logger)
    {
        (_address, _options, _handler, _metrics, _logger) = (address, options, handler, metrics, logger);
        _hex = PeerHeaders.Hex(address.Id);
        _traffic = options.Traffic?.To(address.Id);
        _client = PeerHttp.CreateClient(options);
        _queue = new PeerQueue(options.QueueCountMax, options.QueueBytesMax);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Where the peer is; a new address is used from the next connection on.</summary>
    public PeerAddress Address
    {
        get => Volatile.Read(ref _address);
        set => Volatile.Write(ref _address, value);
    }

    public PeerMetrics Metrics => _metrics;

    /// <summary>How long the present stream lasts; null while there is none.</summary>
    public TimeSpan? ConnectedFor =>
        Volatile.Read(ref _connectedAt) is var since and not 0 ? Stopwatch.GetElapsedTime(since) : null;

    /// <summary>Queues a message, or drops it and reports the peer.</summary>
    public void Send(Message message)
    {
        if (!_accepts || !_queue.TryAdd(message))
        {
            Dropped(1);
        }
    }

    /// <summary>Keeps an idle stream alive.</summary>
    public void KeepAlive()
    {
        if (_accepts)
        {
            _queue.AddKeepAlive();
        }
    }

    /// <summary>The peer showed signs of life: connect now rather than after the delay.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already woken.
        }
    }

    /// <summary>Closes the stream. What is still queued is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var delay = _options.ReconnectDelayMin;
        while (!_stopping.IsCancellationRequested)
        {
            var wasAccepted = await StreamOnceAsync();
            _accepts = false;
            Dropped(_queue.Clear());
            delay = wasAccepted ? _options.ReconnectDelayMin : delay;
            await PauseAsync(delay);
            delay = delay * 2 < _options.ReconnectDelayMax ? delay * 2 : _options.ReconnectDelayMax;
            _accepts = true;
        }

        _accepts = false;
    }

    // True if the peer took the stream, however long it lasted.
    private async Task<bool> StreamOnceAsync()
    {
        var urls = Address.Urls;
        var url = urls[_urlIndex % urls.Count];
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        attempt.CancelAfter(_options.WriteTimeout);
        using var content = new UploadContent(stream => DrainAsync(stream, url, attempt));
        using var request = PeerHttp.CreateRequest(HttpMethod.Post, url, PeerPaths.Stream, _options, Address.Id);
        request.Content = content;
        request.Headers.ExpectContinue = true;
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Token);
            await ReportRefusalAsync(url, response, attempt.Token);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException)
        {
            ReportProblem(url, problem is OperationCanceledException ? "no answer in time" : PeerHttp.Describe(problem));
        }
        catch (Exception bug)
        {
            // What was being sent is lost, which Raft bears; the link itself must go on.
            _logger.PeerLinkFaulted(bug, _hex);
        }

        await attempt.CancelAsync();
        await content.Finished;
        _traffic?.Fail(_appends.Count);
        _appends.Clear();
        Volatile.Write(ref _connectedAt, 0);
        if (!content.WasAccepted)
        {
            _urlIndex++;
            return false;
        }

        _metrics.Active.Set(0);
        _metrics.Disconnects.Inc();
        return true;
    }

    private async Task DrainAsync(Stream stream, Uri url, CancellationTokenSource attempt)
    {
        _lastProblem = "";
        Volatile.Write(ref _connectedAt, Stopwatch.GetTimestamp());
        _metrics.Active.Set(1);
        _logger.PeerConnected(_hex, url.OriginalString);
        attempt.CancelAfter(Timeout.InfiniteTimeSpan);
        while (true)
        {
            await _queue.WaitAsync(attempt.Token);
            attempt.CancelAfter(_options.WriteTimeout);
            while (FillFrames())
            {
                var started = Stopwatch.GetTimestamp();
                await stream.WriteAsync(_frames.Written, attempt.Token);
                _metrics.SentBytes.Inc(_frames.Written.Length);
                CountAppends(Stopwatch.GetElapsedTime(started));
            }

            await stream.FlushAsync(attempt.Token);
            attempt.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    // Takes a batch off the queue; false if there was nothing to take.
    private bool FillFrames()
    {
        _frames.Clear();
        while (_frames.Written.Length < _options.BatchBytes && _queue.TryTake(out var message))
        {
            if (message is null)
            {
                _frames.AddKeepAlive();
                continue;
            }

            var size = _frames.Add(message, _options.FrameBytesMax);
            if (_traffic is not null && message.Body.IsAppend)
            {
                _appends.Add(size);
            }

            if (size > _options.FrameBytesMax)
            {
                _logger.MessageTooLarge(_hex, size, _options.FrameBytesMax);
                _metrics.SentFailures.Inc();
            }
        }

        return _frames.Written.Length > 0;
    }

    private void CountAppends(TimeSpan took)
    {
        foreach (var size in _appends)
        {
            _options.Traffic!.Sent.Add(size);
            _traffic!.Succeed(took);
        }

        _appends.Clear();
    }

    private async Task PauseAsync(TimeSpan delay)
    {
        try
        {
            await _wake.WaitAsync(delay, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the loop ends.
        }
    }

    private async Task ReportRefusalAsync(Uri url, HttpResponseMessage response, CancellationToken token)
    {
        var reason = (await response.Content.ReadAsStringAsync(token)).Trim().ReplaceLineEndings(" ");
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            // It checked before that we are of one cluster, and what is removed stays removed.
            _handler.RemovedSays(Address.Id);
        }

        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            ReportProblem(url, reason);
        }
        else if (_lastProblem != reason)
        {
            _lastProblem = reason;
            _logger.PeerRefused(_hex, url.OriginalString, (int)response.StatusCode, reason);
        }
    }

    private void ReportProblem(Uri url, string problem)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        if (_lastProblem.Length == 0)
        {
            _logger.PeerUnreachable(_hex, url.OriginalString, problem);
        }
        else
        {
            _logger.PeerStillUnreachable(_hex, url.OriginalString, problem);
        }

        _lastProblem = problem;
    }

    private void Dropped(int count)
    {
        _metrics.SentFailures.Inc(count);
        var last = Volatile.Read(ref _lastReport);
        var now = Environment.TickCount64;
        if (!_stopping.IsCancellationRequested
            && now - last >= _options.UnreachableReportInterval.TotalMilliseconds
            && Interlocked.CompareExchange(ref _lastReport, now, last) == last)
        {
            _handler.Unreachable(Address.Id);
        }
    }
}
