// Plays steps to both servers, one after another, and compares what they answer. It knows what the
// sequence has led to (revisions), and makes both servers settle where an answer would else depend on
// what they do in the background.
using System.Diagnostics;
using Differential.Equality;
using Differential.Model;
using Etcdserverpb;
using Google.Protobuf;

namespace Differential.Play;

/// <summary>One run over a fresh pair.</summary>
internal sealed class Player(Pair pair)
{
    /// <summary>Watchers are compared at least every so many steps.</summary>
    private const int StepsToSettle = 64;

    /// <summary>Watchers start at most so many revisions later.</summary>
    private const int StartMax = 8;

    /// <summary>No lease ends before; the shortest time to live is two seconds.</summary>
    private static readonly TimeSpan BriefLeaseMin = TimeSpan.FromSeconds(1.5);

    private const string CompactionsDone = "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count";

    /// <summary>The greatest key, written when everything before is to be known.</summary>
    private static readonly ByteString Mark = ByteString.CopyFrom(0xff, 0xff, 0xff, 0xff, (byte)'m');

    private readonly Comparer _comparer = new(pair);
    private long _revision = 1;
    private long _compacted;
    private long _compactions;
    private long _watchedFrom;
    private int _unsettled;
    private int _alarms;

    /// <summary>Accepted differences met.</summary>
    public IReadOnlyDictionary<AcceptedDifference, int> Met => _comparer.Met;

    /// <summary>Plays one step.</summary>
    /// <returns>What differs; null if nothing does.</returns>
    public async Task<string?> PlayAsync(Step step)
    {
        try
        {
            return await DoAsync(step) ?? (++_unsettled >= StepsToSettle ? await SettleAsync() : null);
        }
        catch (DifferenceException e)
        {
            return pair.Obituary() + e.Message;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return pair.Obituary() + e;
        }
    }

    /// <summary>Compares what watchers were told until now.</summary>
    public async Task<string?> EndAsync()
    {
        try
        {
            return await SettleAsync();
        }
        catch (DifferenceException e)
        {
            return pair.Obituary() + e.Message;
        }
    }

    private async Task<string?> DoAsync(Step step)
    {
        switch (step)
        {
            case Call call:
                return await CallAsync(call);
            case RawJson raw:
                var (ours, theirs) = await BothAsync(side => side.CallJsonAsync(raw.Rpc, raw.Body, Users.Root));
                return Compare(step, ours, theirs);
            case MakeUsers:
                await BothAsync(side => side.MakeUsersAsync());
                return null;
            case KeepAlive keep:
                return await KeepAliveAsync(keep);
            case BriefLease lease:
                return await BriefLeaseAsync(lease);
            case CreateWatcher create:
                // Until it is known which watchers compaction has ended, an id may be free or not.
                return (create.Request.WatchId == 0 ? null : await SettleAsync())
                    ?? await NullAsync(BothAsync(
                        side => side.Stream(create.Stream).CreateAsync(ResolveWatch(create.Request, side))));
            case CancelWatcher cancel when pair.Theirs.Streams.ContainsKey(cancel.Stream):
                return await SettleAsync()
                    ?? await NullAsync(BothAsync(side => side.Stream(cancel.Stream).CancelAsync(cancel.Id)));
            case CloseStream close:
                var settled = await SettleAsync();
                pair.Ours.Close(close.Stream);
                pair.Theirs.Close(close.Stream);
                return settled;
            case JsonWatch watch:
                return await JsonWatchAsync(watch);
            default:
                return null;
        }
    }

    private async Task<string?> CallAsync(Call call)
    {
        if (call.Request is CompactionRequest or AlarmRequest { Action: not AlarmRequest.Types.AlarmAction.Get }
            && await SettleAsync() is { } unequal)
        {
            return unequal;
        }

        var (ours, theirs) = await BothAsync(side =>
        {
            var request = Resolve(call.Request, side);
            return call.Json is { } style
                ? side.CallJsonAsync(call.Rpc, JsonText.Of(request, style), call.Caller)
                : side.CallAsync(call.Rpc, request, call.Caller);
        });
        if (call.Request is LeaseGrantRequest { ID: 0 })
        {
            pair.Ours.OwnLease = (ours.Message as LeaseGrantResponse)?.ID ?? 0;
            pair.Theirs.OwnLease = (theirs.Message as LeaseGrantResponse)?.ID ?? 0;
        }

        if (theirs.Message is not null)
        {
            await LearnAsync(call.Request, theirs.Message);
        }

        return Compare(call, ours, theirs);
    }

    /// <summary>Takes from a response what later steps refer to.</summary>
    private async Task LearnAsync(IMessage request, IMessage response)
    {
        foreach (var header in Messages.All<ResponseHeader>(response))
        {
            _revision = Math.Max(_revision, header.Revision);
        }

        if (request is CompactionRequest compaction)
        {
            _compacted = Symbols.Resolve(compaction.Revision, new Meaning(_revision, _compacted, 0));
            _compactions++;
            if (!compaction.Physical)
            {
                await CompactedAsync();
            }
        }
        else if (request is AlarmRequest alarm)
        {
            _alarms += ((AlarmResponse)response).Alarms.Count
                * (alarm.Action switch
                {
                    AlarmRequest.Types.AlarmAction.Activate => 1,
                    AlarmRequest.Types.AlarmAction.Deactivate => -1,
                    _ => 0,
                });
        }
    }

    /// <summary>What etcd shows at the compacted revision changes while it removes (C5): wait for the end.</summary>
    private async Task CompactedAsync()
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (await pair.Theirs.MetricAsync(CompactionsDone) < _compactions)
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new DifferenceException("etcd does not finish a compaction");
            }

            await Task.Delay(1);
        }
    }

    private async Task<string?> KeepAliveAsync(KeepAlive keep)
    {
        var (ours, theirs) = await BothAsync(side =>
        {
            var ids = keep.Ids.Select(id => Symbols.Resolve(id, MeaningFor(side)));
            return keep.IsJson ? side.KeepAliveJsonAsync(ids) : side.KeepAliveAsync(ids);
        });
        if (ours.Count != theirs.Count)
        {
            return $"  kvnode answers {ours.Count} times, etcd {theirs.Count} times";
        }

        return ours.Zip(theirs).Select(pair => Compare(keep, pair.First, pair.Second)).FirstOrDefault(d => d is not null);
    }

    /// <summary>Has no keys, so it leaves nothing behind; if this takes so long that it may have ended by
    /// itself, only its grant counts.</summary>
    private async Task<string?> BriefLeaseAsync(BriefLease lease)
    {
        var clock = Stopwatch.StartNew();
        var difference = await CallAsync(
            new Call(Rpc.LeaseGrant, new LeaseGrantRequest { ID = BriefLease.Id, TTL = lease.Ttl }));
        var rest = await CallAsync(new Call(Rpc.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = BriefLease.Id }))
            ?? await KeepAliveAsync(new KeepAlive([BriefLease.Id], IsJson: false));
        rest = await CallAsync(new Call(Rpc.LeaseRevoke, new LeaseRevokeRequest { ID = BriefLease.Id })) ?? rest;
        return difference ?? (clock.Elapsed < BriefLeaseMin ? rest : null);
    }

    /// <summary>Reads a JSON watch up to a mark that is written once it is there.</summary>
    private async Task<string?> JsonWatchAsync(JsonWatch step)
    {
        var request = ResolveWatch(step.Request, pair.Ours);
        using var ours = await pair.Ours.WatchJsonAsync(JsonText.Of(request, JsonStyle.Proto));
        using var theirs = await pair.Theirs.WatchJsonAsync(JsonText.Of(request, JsonStyle.Proto));
        var (oursFirst, theirsFirst) = (await ours.NextAsync(), await theirs.NextAsync());
        if (theirsFirst.Message is not WatchResponse { Canceled: false })
        {
            return Compare(step, oursFirst, theirsFirst);
        }

        if (oursFirst.Message is not WatchResponse { Canceled: false })
        {
            return $"  kvnode: {oursFirst}\n  etcd:   {theirsFirst}";
        }

        var mark = await MarkAsync();
        return mark ?? WatchEvents.Difference(
            await ReadAsync(ours, oursFirst, pair.Ours),
            await ReadAsync(theirs, theirsFirst, pair.Theirs));
    }

    private async Task<SortedDictionary<long, List<IMessage>>> ReadAsync(JsonLines lines, Answer first, Side side)
    {
        var responses = new List<WatchResponse>();
        for (var answer = first; ; answer = await lines.NextAsync())
        {
            var response = answer.Message as WatchResponse ?? throw new DifferenceException($"{side.Name}: {answer}");
            responses.Add(response);
            if (response.Canceled || response.Events.Any(change => change.Kv.Key == Mark && change.Kv.ModRevision == _revision))
            {
                return WatchEvents.ByWatcher(responses, side);
            }
        }
    }

    /// <summary>Waits until all watchers have heard everything, and compares what that was.</summary>
    private async Task<string?> SettleAsync()
    {
        _unsettled = 0;
        // While an alarm is active nothing can be written, and no watcher is created either.
        if (pair.Theirs.Streams.Count == 0 || _alarms > 0)
        {
            return null;
        }

        // A server does not speak of progress before all watchers have started.
        do
        {
            if (await MarkAsync() is { } unequal)
            {
                return unequal;
            }
        }
        while (_revision < _watchedFrom);

        await BothAsync(side => Task.WhenAll(side.Streams.Values.Select(stream => stream.SettleAsync(_revision))));
        foreach (var (number, stream) in pair.Ours.Streams)
        {
            var difference = WatchEvents.Difference(
                WatchEvents.ByWatcher(stream.Take(), pair.Ours),
                WatchEvents.ByWatcher(pair.Theirs.Stream(number).Take(), pair.Theirs));
            if (difference is not null)
            {
                return $"stream {number}, {difference}";
            }
        }

        return null;
    }

    private Task<string?> MarkAsync() => CallAsync(new Call(Rpc.Put, new PutRequest { Key = Mark }));

    private string? Compare(Step step, Answer ours, Answer theirs) => _comparer.Difference(step, ours, theirs);

    private Meaning MeaningFor(Side side) => new(_revision, _compacted, side.OwnLease);

    private IMessage Resolve(IMessage message, Side side)
    {
        var resolved = Symbols.Resolve(message, MeaningFor(side));
        if (resolved is CompactionRequest { Revision: 0 } compaction)
        {
            compaction.Revision = -1;
        }

        return resolved;
    }

    /// <summary>The releases do not agree on watchers from before the first revision, and those that
    /// never start would never settle.</summary>
    private WatchCreateRequest ResolveWatch(WatchCreateRequest request, Side side)
    {
        var resolved = (WatchCreateRequest)Resolve(request, side);
        resolved.StartRevision = Math.Clamp(resolved.StartRevision, 0, _revision + StartMax);
        _watchedFrom = Math.Max(_watchedFrom, resolved.StartRevision);
        return resolved;
    }

    private async Task<(T Ours, T Theirs)> BothAsync<T>(Func<Side, Task<T>> act)
    {
        var (ours, theirs) = (act(pair.Ours), act(pair.Theirs));
        await Task.WhenAll(ours, theirs);
        return (await ours, await theirs);
    }

    private Task BothAsync(Func<Side, Task> act) => Task.WhenAll(act(pair.Ours), act(pair.Theirs));

    private static async Task<string?> NullAsync(Task task)
    {
        await task;
        return null;
    }
}
