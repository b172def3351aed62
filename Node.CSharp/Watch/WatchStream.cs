// One client's watch stream. A single loop owns everything about it: it takes requests, sends what
// the hub has routed, and reads history for watchers that are behind. What the hub hands over is
// bounded; past the bound watchers fall back to history, so a slow client costs no memory, loses
// nothing and delays nobody else.
using System.Threading.Channels;
using Grpc.Core;
using Kv.Core.Mvcc;
using Kv.Node.Auth;
using Kv.Node.Protos;

namespace Kv.Node.Watch;

/// <summary>The watchers of one stream, and the loop that serves them.</summary>
internal sealed partial class WatchStream : IDisposable
{
    private readonly WatchHub _hub;
    private readonly WatchSettings _settings;
    private readonly WatchWriter _writer;
    private readonly CallIdentity _identity;
    private readonly AsyncSignal _work = new();
    private readonly Channel<WatchRequest> _requests;
    private readonly Dictionary<long, Watcher> _watchers = [];
    private long _nextId;

    // What the hub's thread shares with the loop.
    private readonly Lock _gate = new();
    private readonly Queue<Watcher> _dirty = new();
    private readonly List<Watcher> _demoted = [];
    private int _pendingRows;
    private long _pendingBytes;

    /// <param name="hub">Routes new changes to this stream.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="header">Makes a response header for a revision.</param>
    /// <param name="responses">Where responses go.</param>
    /// <param name="identity">Who is asked for leave to read, when a watcher is made.</param>
    public WatchStream(
        WatchHub hub,
        WatchSettings settings,
        Func<long, ResponseHeader> header,
        IAsyncStreamWriter<WatchResponse> responses,
        CallIdentity identity)
    {
        _identity = identity;
        _hub = hub;
        _settings = settings;
        _writer = new WatchWriter(settings, header, responses);
        _requests = Channel.CreateBounded<WatchRequest>(
            new BoundedChannelOptions(settings.RequestsMax) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>Serves the stream until the token is cancelled; the end of the requests does not end it
    /// (W10).</summary>
    public async Task RunAsync(IAsyncStreamReader<WatchRequest> requests, CancellationToken token)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var waking = ended.Token.UnsafeRegister(static stream => ((WatchStream)stream!).Wake(), this);
        WatchMetrics.Streams.Inc();
        var reading = ReadAsync(requests, ended.Token);
        try
        {
            while (true)
            {
                ended.Token.ThrowIfCancellationRequested();
                if (reading.IsFaulted)
                {
                    await reading;
                }

                if (!await TurnAsync(ended.Token))
                {
                    await _work.WaitAsync();
                }
            }
        }
        finally
        {
            CloseAll();
            ended.Cancel();
            await reading.ContinueWith(
                static _ => { },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            WatchMetrics.Streams.Dec();
        }
    }

    /// <summary>Changes waiting to be sent, and the bytes of their keys and values.</summary>
    public (int Rows, long Bytes) Pending
    {
        get
        {
            lock (_gate)
            {
                return (_pendingRows, _pendingBytes);
            }
        }
    }

    /// <summary>Makes the loop look for work.</summary>
    public void Wake() => _work.Set();

    public void Dispose() => _progressTimer?.Dispose();

    /// <summary>Hands over a change for a synced watcher; called by the hub.</summary>
    /// <returns>False if the stream is full: the watcher is no longer synced.</returns>
    public bool TryOffer(Watcher watcher, Row row)
    {
        lock (_gate)
        {
            // Changes of a revision whose first is pending must follow it, full or not (W17).
            if ((_pendingRows >= _settings.PendingRowsMax || _pendingBytes >= _settings.PendingBytesMax)
                && watcher.Pending.LastRevision != row.ModRevision)
            {
#if SIMULATION
                if (Core.Mutants.Has(Core.Mutant.WatchSkipsOne))
                {
                    DemoteLocked(watcher, row.ModRevision + 1);
                    return false;
                }
#endif
                DemoteLocked(watcher, row.ModRevision);
                return false;
            }

            AddPendingLocked(watcher, row);
            return true;
        }
    }

    /// <summary>Marks a watcher that the hub has let go of.</summary>
    /// <param name="watcher">A synced watcher of this stream.</param>
    /// <param name="next">First revision it may have missed.</param>
    public void Demote(Watcher watcher, long next)
    {
        lock (_gate)
        {
            DemoteLocked(watcher, next);
        }
    }

    /// <summary>Marks watchers that the hub has taken over.</summary>
    public void EnterSynced(IReadOnlyList<Watcher> watchers)
    {
        lock (_gate)
        {
            foreach (var watcher in watchers)
            {
                watcher.Phase = WatcherPhase.Synced;
            }
        }
    }

    /// <summary>Marks a watcher as cancelled and drops what it had waiting.</summary>
    /// <returns>Its phase until now.</returns>
    public WatcherPhase Close(Watcher watcher)
    {
        lock (_gate)
        {
            var phase = watcher.Phase;
            watcher.Phase = WatcherPhase.Closed;
            CountPendingLocked(-watcher.Pending.Count, -watcher.Pending.Bytes);
            watcher.Pending = default;
            if (phase == WatcherPhase.Demoted)
            {
                WatchMetrics.SlowWatchers.Dec();
            }

            return phase;
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<WatchRequest> requests, CancellationToken token)
    {
        try
        {
            while (await requests.MoveNext(token))
            {
                await _requests.Writer.WriteAsync(requests.Current, token);
                Wake();
            }
        }
        finally
        {
            Wake();
        }
    }

    /// <summary>Does one piece of work; false if there was none.</summary>
    private async ValueTask<bool> TurnAsync(CancellationToken token)
    {
        if (_requests.Reader.TryRead(out var request))
        {
            await HandleAsync(request, token);
            return true;
        }

        if (TryTake(out var watcher, out var rows))
        {
            await _writer.WriteEventsAsync(_hub.Newest, watcher, rows, token);
            return true;
        }

        if (AdoptDemoted())
        {
            await CatchUpAsync(token);
            return true;
        }

        if (Interlocked.Exchange(ref _isProgressDue, false))
        {
            await NotifyProgressAsync(token);
            return true;
        }

        return false;
    }

    /// <summary>The next watcher with something to send. Only whole revisions are taken.</summary>
    private bool TryTake(out Watcher watcher, out RowBuffer rows)
    {
        var routed = _hub.Routed;
        lock (_gate)
        {
            for (var left = _dirty.Count; left > 0; left--)
            {
                watcher = _dirty.Dequeue();
                rows = watcher.Pending.TakeUpTo(Math.Max(routed, watcher.Next - 1));
                CountPendingLocked(-rows.Count, -rows.Bytes);
                if (watcher.Pending.Count > 0)
                {
                    _dirty.Enqueue(watcher);
                }

                if (rows.Count > 0)
                {
                    return true;
                }
            }
        }

        watcher = null!;
        rows = default;
        return false;
    }

    private void AddPendingLocked(Watcher watcher, Row row)
    {
        if (watcher.Pending.Count == 0)
        {
            _dirty.Enqueue(watcher);
        }

        watcher.Pending.Add(row);
        CountPendingLocked(1, RowBuffer.SizeOf(row));
    }

    private void DemoteLocked(Watcher watcher, long next)
    {
        watcher.Phase = WatcherPhase.Demoted;
        watcher.Next = next;
        _demoted.Add(watcher);
        WatchMetrics.SlowWatchers.Inc();
    }

    private void CountPendingLocked(int rows, long bytes)
    {
        _pendingRows += rows;
        _pendingBytes += bytes;
        WatchMetrics.PendingEvents.Inc(rows);
    }

    private void CloseAll()
    {
        _hub.Leave(this, _watchers.Values);
        WatchMetrics.Watchers.Dec(_watchers.Count);
        WatchMetrics.SlowWatchers.Dec(_lagging.Count);
        _watchers.Clear();
        _progressTimer?.Dispose();
    }
}
