// What the Lease service does, apart from how a call arrives. Lease time is the leader's business;
// what is replicated is that a lease exists and what is attached to it.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Threading.Channels;
using Grpc.Core;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Auth;
using Kv.Node.Engine;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Handlers of the Lease service; they throw <see cref="EtcdException"/>.</summary>
internal sealed class LeaseCalls(NodeEngine engine, ResponseHeaders headers)
{
    /// <summary>Longest time to live, seconds (L2).</summary>
    private const long TtlMax = 9_000_000_000;

    private static readonly WriteOptions Buffered = new(WriteFlags.BufferHint);

    /// <summary>Renewals of one stream on their way at once.</summary>
    private const int RenewalsMax = 256;

    /// <summary>Time to live reported for a lease that is not there (L5).</summary>
    private const long NoSuchLease = -1;

    public async ValueTask<LeaseGrantResponse> GrantAsync(LeaseGrantRequest request, Caller caller, CancellationToken token)
    {
        if (request.TTL > TtlMax)
        {
            throw EtcdErrors.LeaseTtlTooLarge;
        }

        var id = request.ID == 0 ? NewId() : request.ID;
        var ttl = Math.Max(request.TTL, engine.Leases.MinimumTtl);
        var outcome = await engine.ProposeAsync(Command.NewLeaseGrant(id, ttl), caller, StoreQuota.LeaseCost, token);
        var reply = outcome.ReplyOrThrow<LeaseReply>();
        return new LeaseGrantResponse { Header = headers.At(reply.Revision), ID = reply.Id, TTL = reply.Ttl };
    }

    public async ValueTask<LeaseRevokeResponse> RevokeAsync(LeaseRevokeRequest request, Caller caller, CancellationToken token)
    {
        var outcome = await engine.ProposeAsync(Command.NewLeaseRevoke(request.ID), caller, token);
        return new LeaseRevokeResponse { Header = headers.At(outcome.ReplyOrThrow<Reply>().Revision) };
    }

    /// <summary>Answers in the order asked, while further requests are on their way to the leader; an
    /// unknown lease is an answer, not an error (L4).</summary>
    public async Task KeepAliveAsync(
        IAsyncStreamReader<LeaseKeepAliveRequest> requests,
        IAsyncStreamWriter<LeaseKeepAliveResponse> responses,
        CallIdentity identity,
        CancellationToken token)
    {
        var renewals = Channel.CreateBounded<(long Id, Task<long> Ttl)>(
            new BoundedChannelOptions(RenewalsMax) { SingleReader = true, SingleWriter = true });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token);
        var asking = AskAsync(requests, renewals.Writer, ended.Token);
        try
        {
            await foreach (var (id, renewal) in renewals.Reader.ReadAllAsync(token))
            {
                var ttl = await renewal;
                var response = new LeaseKeepAliveResponse { Header = headers.Now(), ID = id, TTL = ttl };
                // Answers that are ready together go out together.
                var isNextReady = renewals.Reader.TryPeek(out var next) && next.Ttl.IsCompleted;
                responses.WriteOptions = isNextReady ? Buffered : null;
                await responses.WriteAsync(response, token);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await asking;
        }
    }

    public async ValueTask<LeaseTimeToLiveResponse> TimeToLiveAsync(
        LeaseTimeToLiveRequest request,
        Caller caller,
        CancellationToken token)
    {
        await engine.DemandAsync(state => CheckTimeToLive(state, request, caller), token);
        var (remaining, granted) = await engine.Leases.TimeToLiveAsync(request.ID, token);
        var isKnown = remaining != NoSuchLease;
        // The leader knows the time, but the keys are read here: be as new as what it answered from.
        var state = request.Keys && isKnown ? await engine.ReadAsync(token) : engine.State;
        var response = new LeaseTimeToLiveResponse
        {
            Header = headers.At(state.Revision),
            ID = request.ID,
            TTL = remaining,
            GrantedTTL = isKnown ? granted : 0,
        };
        if (request.Keys && isKnown)
        {
            StoreErrors.ThrowIfAny(CheckTimeToLive(state, request, caller));
            foreach (var key in state.LeaseKeys(request.ID))
            {
                response.Keys.Add(Bytes.Wrap(key));
            }
        }

        return response;
    }

    public ValueTask<LeaseLeasesResponse> LeasesAsync(LeaseLeasesRequest request, Caller caller, CancellationToken token)
    {
        var state = engine.State;
        var response = new LeaseLeasesResponse { Header = headers.At(state.Revision) };
        foreach (var id in engine.Leases.List())
        {
            response.Leases.Add(new LeaseStatus { ID = id });
        }

        return new(response);
    }

    /// <summary>Starts renewals as requests come; how that ended is what the reader of the channel gets.</summary>
    private async Task AskAsync(
        IAsyncStreamReader<LeaseKeepAliveRequest> requests,
        ChannelWriter<(long Id, Task<long> Ttl)> renewals,
        CancellationToken token)
    {
        Exception? fault = null;
        try
        {
            while (await requests.MoveNext(token))
            {
                var id = requests.Current.ID;
                await renewals.WriteAsync((id, engine.Leases.RenewAsync(id, token)), token);
            }
        }
#pragma warning disable CA1031 // Handed to the stream's own loop.
        catch (Exception error)
#pragma warning restore CA1031
        {
            fault = error;
        }

        renewals.Complete(fault);
    }

    /// <summary>Whoever asks for the keys of a lease must be allowed to read them (L5).</summary>
    private static StoreError CheckTimeToLive(StoreState state, LeaseTimeToLiveRequest request, Caller caller)
    {
        var error = state.Auth.CheckUser(caller);
        if (!request.Keys || !state.Auth.IsEnabled || error != StoreError.None)
        {
            return error;
        }

        foreach (var key in state.LeaseKeys(request.ID))
        {
            error = state.Auth.CheckRead(caller, key, default);
            if (error != StoreError.None)
            {
                return error;
            }
        }

        return StoreError.None;
    }

    /// <summary>A random positive id; a clash with a granted one is refused by the store.</summary>
    private static long NewId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        long id;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            id = BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
        }
        while (id == 0);
        return id;
    }
}
