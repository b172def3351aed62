// What a client may ask of its stream: create a watcher, cancel one, say how far we are.
using Kv.Core.Apply;
using Kv.Node.Grpc;
using Kv.Node.Protos;

namespace Kv.Node.Watch;

internal sealed partial class WatchStream
{
    /// <summary>The id in responses that concern no watcher (W4, W12).</summary>
    private const long NoWatcher = -1;

    private ValueTask HandleAsync(WatchRequest request, CancellationToken token) => request.RequestUnionCase switch
    {
        WatchRequest.RequestUnionOneofCase.CreateRequest => CreateAsync(request.CreateRequest, token),
        WatchRequest.RequestUnionOneofCase.CancelRequest => CancelAsync(request.CancelRequest.WatchId, token),
        WatchRequest.RequestUnionOneofCase.ProgressRequest => ReportProgressAsync(token),
        _ => ValueTask.CompletedTask,
    };

    private ValueTask CreateAsync(WatchCreateRequest request, CancellationToken token) =>
        _hub.Newest.Auth.IsEnabled ? CreateIfAllowedAsync(request, token) : CreateNowAsync(request, token);

    /// <summary>One who may not read is told as etcd tells it, in the words of a gRPC error (W5).</summary>
    private async ValueTask CreateIfAllowedAsync(WatchCreateRequest request, CancellationToken token)
    {
        try
        {
            var caller = await _identity.WhoAsync(token);
            var key = WatchRange.Of(request.Key.Memory, request.RangeEnd.Memory).Start;
            StoreErrors.ThrowIfAny(_hub.Newest.Auth.CheckRead(caller, key, request.RangeEnd.Memory));
        }
        catch (EtcdException e)
        {
            var reason = $"rpc error: code = {e.Code} desc = {e.Message}";
            await _writer.WriteRefusedAsync(_hub.Newest.Revision, NoWatcher, reason, token);
            return;
        }

        await CreateNowAsync(request, token);
    }

    private ValueTask CreateNowAsync(WatchCreateRequest request, CancellationToken token)
    {
        var state = _hub.Newest;
        var range = WatchRange.Of(request.Key.Memory, request.RangeEnd.Memory);
        var refusal = Refusal(request, range);
        if (refusal is not null)
        {
            return _writer.WriteRefusedAsync(state.Revision, NoWatcher, refusal, token);
        }

        var watcher = Add(request, range, state);
        // What is past already is read from history, even if the hub has not routed it yet: only there
        // is a compaction noticed (W7).
        if (watcher.Next <= state.Revision || !_hub.TryJoin(this, [watcher], watcher.Next))
        {
            AddLagging(watcher);
            WatchMetrics.SlowWatchers.Inc();
        }

        // Whatever the hub has routed to it by now waits behind this (W3).
        return _writer.WriteCreatedAsync(state.Revision, watcher.Id, token);
    }

    /// <summary>Why there will be no such watcher; null if there will (W2, W4, W6).</summary>
    private string? Refusal(WatchCreateRequest request, in WatchRange range) =>
        request.StartRevision < 0 ? EtcdErrors.Compacted.Message
        : range.IsEmpty ? "mvcc: watcher range is empty"
        : request.WatchId != 0 && _watchers.ContainsKey(request.WatchId)
            ? "mvcc: duplicate watch ID provided on the WatchStream"
            : null;

    private Watcher Add(WatchCreateRequest request, in WatchRange range, StoreState state)
    {
        var id = request.WatchId;
        if (id == 0)
        {
            while (_watchers.ContainsKey(_nextId))
            {
                _nextId++;
            }

            id = _nextId++;
        }

        var next = request.StartRevision == 0 ? state.Revision + 1 : request.StartRevision;
        var watcher = new Watcher(this, id, range, FlagsOf(request), next);
        _watchers.Add(id, watcher);
        WatchMetrics.Watchers.Inc();
        if (request.ProgressNotify)
        {
            StartProgressTimer();
        }

        return watcher;
    }

    private static WatcherFlags FlagsOf(WatchCreateRequest request)
    {
        var flags = (request.PrevKv ? WatcherFlags.PreviousWanted : WatcherFlags.None)
            | (request.Fragment ? WatcherFlags.Fragment : WatcherFlags.None)
            | (request.ProgressNotify ? WatcherFlags.ProgressNotify : WatcherFlags.None);
        foreach (var filter in request.Filters)
        {
            flags |= filter switch
            {
                WatchCreateRequest.Types.FilterType.Noput => WatcherFlags.NoPut,
                WatchCreateRequest.Types.FilterType.Nodelete => WatcherFlags.NoDelete,
                _ => WatcherFlags.None,
            };
        }

        return flags;
    }

    /// <summary>An unknown id gets no answer (W9).</summary>
    private async ValueTask CancelAsync(long id, CancellationToken token)
    {
        if (_watchers.TryGetValue(id, out var watcher))
        {
            Remove(watcher);
            await _writer.WriteCanceledAsync(_hub.Newest.Revision, id, token);
        }
    }

    private void Remove(Watcher watcher)
    {
        _hub.Leave(this, [watcher]);
        RemoveLagging(watcher);
        _watchers.Remove(watcher.Id);
        WatchMetrics.Watchers.Dec();
    }
}
