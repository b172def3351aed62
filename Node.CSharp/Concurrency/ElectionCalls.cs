// What the Election service does, apart from how a call arrives. The leader is the contender whose key is
// the oldest; what it proclaims is the value of that key.
using Google.Protobuf;
using Grpc.Core;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Auth;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;
using Kv.Node.Protos.Elections;

namespace Kv.Node.Concurrency;

/// <summary>Handlers of the Election service; they throw <see cref="EtcdException"/>.</summary>
internal sealed class ElectionCalls(NodeEngine engine, Contest contest, LeaseCalls leases, ResponseHeaders headers)
{
    /// <summary>Waits until the caller's lease leads, with the given value proclaimed.</summary>
    public async ValueTask<CampaignResponse> CampaignAsync(CampaignRequest request, Caller caller, CancellationToken token)
    {
        await using var session = await SessionLease.OpenAsync(engine, leases, request.Lease, caller, token);
        var value = request.Value.Memory;
        var entry = await contest.EnterAsync(new ContestKeys(request.Name), session.Id, value, caller, token);
        if (!entry.Value.Span.SequenceEqual(value.Span)
            && await contest.ReplaceAsync(entry.Key, entry.Created, value, session.Id, caller, token) is null)
        {
            throw EtcdErrors.ElectionNotLeader;
        }

        if (await contest.TakeTurnAsync(entry, token) is null)
        {
            throw EtcdErrors.ElectionNotLeader;
        }

        session.HandOver();
        return new CampaignResponse
        {
            // etcd says here when the contender entered, not when its turn came.
            Header = headers.At(entry.Revision),
            Leader = new LeaderKey
            {
                Name = request.Name,
                Key = Bytes.Wrap(entry.Key),
                Rev = entry.Created,
                Lease = session.Id,
            },
        };
    }

    public async ValueTask<ProclaimResponse> ProclaimAsync(ProclaimRequest request, Caller caller, CancellationToken token)
    {
        var leader = Demand(request.Leader);
        await using var session = await SessionLease.OpenAsync(engine, leases, leader.Lease, caller, token);
        var revision = await contest.ReplaceAsync(
                leader.Key.Memory, leader.Rev, request.Value.Memory, session.Id, caller, token)
            ?? throw EtcdErrors.ElectionNotLeader;
        session.HandOver();
        return new ProclaimResponse { Header = headers.At(revision) };
    }

    /// <summary>Gives leadership up; that it was lost already is no error.</summary>
    public async ValueTask<ResignResponse> ResignAsync(ResignRequest request, Caller caller, CancellationToken token)
    {
        var leader = Demand(request.Leader);
        return new ResignResponse
        {
            Header = headers.At(await contest.LeaveAsync(leader.Key.Memory, leader.Rev, caller, token)),
        };
    }

    public async ValueTask<LeaderResponse> LeaderAsync(LeaderRequest request, Caller caller, CancellationToken token)
    {
        var keys = new ContestKeys(request.Name);
        var state = await ReadAsync(keys, caller, token);
        return FirstIn(state, keys) is { } first
            ? new LeaderResponse { Header = headers.At(state.Revision), Kv = KvMapping.ToProto(first) }
            : throw EtcdErrors.ElectionNoLeader;
    }

    /// <summary>Tells who leads, and everything each leader proclaims, until the token is cancelled.</summary>
    public async Task ObserveAsync(
        LeaderRequest request,
        IAsyncStreamWriter<LeaderResponse> responses,
        CallIdentity identity,
        CancellationToken token)
    {
        var keys = new ContestKeys(request.Name);
        var state = await ReadAsync(keys, await identity.WhoAsync(token), token);
        while (true)
        {
            if (FirstIn(state, keys) is { } first)
            {
                await responses.WriteAsync(
                    new LeaderResponse { Header = headers.At(state.Revision), Kv = KvMapping.ToProto(first) }, token);
                await FollowAsync(first.Key, state.Revision + 1, responses, token);
            }
            else
            {
                await using var changes = contest.Follow([Candidacies(keys, state.Revision + 1)], token);
                await changes.NextAsync(token);
            }

            // What the watch has told is in here.
            state = engine.State;
        }
    }

    /// <summary>A state in which the caller may see who stands.</summary>
    private async ValueTask<StoreState> ReadAsync(ContestKeys keys, Caller caller, CancellationToken token)
    {
        var state = await engine.ReadAsync(token);
        StoreErrors.ThrowIfAny(state.Auth.CheckRead(caller, keys.Prefix, keys.PrefixEnd));
        return state;
    }

    /// <summary>Passes on what a leader proclaims until its key goes.</summary>
    private async Task FollowAsync(
        ReadOnlyMemory<byte> key,
        long fromRevision,
        IAsyncStreamWriter<LeaderResponse> responses,
        CancellationToken token)
    {
        var watcher = new WatchCreateRequest { Key = Bytes.Wrap(key), StartRevision = fromRevision };
        await using var changes = contest.Follow([watcher], token);
        while (true)
        {
            var response = await changes.NextAsync(token);
            foreach (var change in response.Events)
            {
                if (change.Type == Event.Types.EventType.Delete)
                {
                    return;
                }

                var told = new LeaderResponse { Header = headers.At(change.Kv.ModRevision), Kv = change.Kv };
                await responses.WriteAsync(told, token);
            }

            if (response.Canceled)
            {
                return;
            }
        }
    }

    private static WatchCreateRequest Candidacies(ContestKeys keys, long fromRevision) => new()
    {
        Key = Bytes.Wrap(keys.Prefix),
        RangeEnd = Bytes.Wrap(keys.PrefixEnd),
        StartRevision = fromRevision,
        Filters = { WatchCreateRequest.Types.FilterType.Nodelete },
    };

    private static Row? FirstIn(StoreState state, ContestKeys keys)
    {
        var (error, reply) = state.Range(keys.First);
        StoreErrors.ThrowIfAny(error);
        return reply.Rows is [var first, ..] ? first : null;
    }

    private static LeaderKey Demand(LeaderKey? leader) =>
        leader switch
        {
            null => throw EtcdErrors.MissingLeaderKey,
            { Key.IsEmpty: true } => throw EtcdErrors.EmptyKey,
            _ => leader,
        };
}
