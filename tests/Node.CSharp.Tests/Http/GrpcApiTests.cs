using Google.Protobuf;
using Grpc.Core;
using Kv.Node.Protos;
using Xunit;
using static Kv.Node.Tests.Grpc.Requests;

namespace Kv.Node.Tests.Http;

/// <summary>The gRPC services of a running node.</summary>
public sealed class GrpcApiTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private readonly RunningNode _node = fixture.Node;

    [Fact]
    public async Task A_put_is_read_back_with_full_headers()
    {
        var put = await PutAsync("grpc/a", "1");
        var range = await RangeAsync(new RangeRequest { Key = Text("grpc/a") });

        var pair = Assert.Single(range.Kvs);
        Assert.Equal("1", pair.Value.ToStringUtf8());
        Assert.Equal(put.Header.Revision, pair.ModRevision);
        foreach (var header in new[] { put.Header, range.Header })
        {
            Assert.Equal(_node.Engine.ClusterId, header.ClusterId);
            Assert.Equal(_node.Engine.MemberId, header.MemberId);
            Assert.True(header.RaftTerm > 0);
            Assert.True(header.Revision >= pair.ModRevision);
        }
    }

    [Fact]
    public async Task Serializable_and_linearizable_reads_agree_after_a_write()
    {
        await PutAsync("grpc/s", "x");
        var request = new RangeRequest { Key = Text("grpc/s"), Serializable = true, KeysOnly = true };

        var pair = Assert.Single((await RangeAsync(request)).Kvs);
        Assert.True(pair.Value.IsEmpty);
        Assert.Equal(1, pair.Version);
    }

    [Fact]
    public async Task A_delete_gives_what_it_deleted()
    {
        await PutAsync("grpc/d1", "1");
        await PutAsync("grpc/d2", "2");
        var deleted = await CallAsync<DeleteRangeRequest, DeleteRangeResponse>(
            "KV", "DeleteRange", new DeleteRangeRequest { Key = Text("grpc/d"), RangeEnd = Text("grpc/e"), PrevKv = true });

        Assert.Equal(2, deleted.Deleted);
        Assert.Equal(["1", "2"], deleted.PrevKvs.Select(pair => pair.Value.ToStringUtf8()));
    }

    [Fact]
    public async Task A_guarded_transaction_creates_once()
    {
        var create = Then(Put("grpc/once"));
        create.Compare.Add(new Compare { Key = Text("grpc/once"), Target = Compare.Types.CompareTarget.Mod });
        create.Failure.Add(Range("grpc/once"));

        Assert.True((await TxnAsync(create)).Succeeded);
        var second = await TxnAsync(create);
        Assert.False(second.Succeeded);
        Assert.Equal("v", Assert.Single(second.Responses[0].ResponseRange.Kvs).Value.ToStringUtf8());
        Assert.NotNull(second.Responses[0].ResponseRange.Header);
    }

    [Fact]
    public async Task A_transaction_of_reads_changes_no_revision()
    {
        var before = (await PutAsync("grpc/r", "x")).Header.Revision;
        var read = await TxnAsync(Then(Range("grpc/r")));

        Assert.Equal(before, read.Header.Revision);
        Assert.Single(read.Responses[0].ResponseRange.Kvs);
    }

    [Fact]
    public async Task Errors_have_etcds_codes_and_texts()
    {
        await RefusedAsync(
            StatusCode.InvalidArgument, "etcdserver: key is not provided", RangeAsync(new RangeRequest()));
        await RefusedAsync(
            StatusCode.OutOfRange,
            "etcdserver: mvcc: required revision is a future revision",
            RangeAsync(new RangeRequest { Key = Text("k"), Revision = long.MaxValue }));
        await RefusedAsync(
            StatusCode.NotFound,
            "etcdserver: requested lease not found",
            CallAsync<PutRequest, PutResponse>("KV", "Put", new PutRequest { Key = Text("k"), Lease = 12345 }));
        await RefusedAsync(
            StatusCode.InvalidArgument,
            "etcdserver: key not found",
            CallAsync<PutRequest, PutResponse>("KV", "Put", new PutRequest { Key = Text("absent"), IgnoreValue = true }));
        await RefusedAsync(
            StatusCode.OutOfRange,
            "etcdserver: mvcc: required revision is a future revision",
            CallAsync<CompactionRequest, CompactionResponse>("KV", "Compact", new CompactionRequest { Revision = 1L << 40 }));
        await RefusedAsync(
            StatusCode.OutOfRange,
            "etcdserver: too large lease TTL",
            CallAsync<LeaseGrantRequest, LeaseGrantResponse>("Lease", "LeaseGrant", new LeaseGrantRequest { TTL = 9_000_000_001 }));
        await RefusedAsync(
            StatusCode.NotFound,
            "etcdserver: requested lease not found",
            CallAsync<LeaseRevokeRequest, LeaseRevokeResponse>("Lease", "LeaseRevoke", new LeaseRevokeRequest { ID = 999 }));
    }

    [Fact]
    public async Task A_request_over_the_limit_is_told_apart_from_one_over_the_transports()
    {
        await RefusedAsync(
            StatusCode.InvalidArgument, "etcdserver: request is too large", PutAsync("big", new string('x', 1_700_000)));

        var error = await Assert.ThrowsAsync<RpcException>(() => PutAsync("big", new string('x', 2_200_000)));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task A_lease_lives_is_renewed_and_ends_with_its_keys()
    {
        var granted = await CallAsync<LeaseGrantRequest, LeaseGrantResponse>(
            "Lease", "LeaseGrant", new LeaseGrantRequest { TTL = 100 });
        Assert.True(granted.ID > 0);
        Assert.Equal(100, granted.TTL);
        await CallAsync<PutRequest, PutResponse>(
            "KV", "Put", new PutRequest { Key = Text("grpc/l"), Lease = granted.ID });

        var time = await CallAsync<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse>(
            "Lease", "LeaseTimeToLive", new LeaseTimeToLiveRequest { ID = granted.ID, Keys = true });
        Assert.Equal(100, time.GrantedTTL);
        Assert.InRange(time.TTL, 1, 100);
        Assert.Equal("grpc/l", Assert.Single(time.Keys).ToStringUtf8());

        var leases = await CallAsync<LeaseLeasesRequest, LeaseLeasesResponse>("Lease", "LeaseLeases", new());
        Assert.Contains(granted.ID, leases.Leases.Select(lease => lease.ID));

        using (var alive = _node.Open<LeaseKeepAliveRequest, LeaseKeepAliveResponse>("Lease", "LeaseKeepAlive"))
        {
            await alive.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = granted.ID });
            await alive.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = 424242 });
            await alive.RequestStream.CompleteAsync();
            Assert.True(await alive.ResponseStream.MoveNext());
            Assert.Equal((granted.ID, 100), (alive.ResponseStream.Current.ID, alive.ResponseStream.Current.TTL));
            Assert.True(await alive.ResponseStream.MoveNext());
            Assert.Equal((424242, 0), (alive.ResponseStream.Current.ID, alive.ResponseStream.Current.TTL));
            Assert.False(await alive.ResponseStream.MoveNext());
        }

        await CallAsync<LeaseRevokeRequest, LeaseRevokeResponse>(
            "Lease", "LeaseRevoke", new LeaseRevokeRequest { ID = granted.ID });
        Assert.Empty((await RangeAsync(new RangeRequest { Key = Text("grpc/l") })).Kvs);
        time = await CallAsync<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse>(
            "Lease", "LeaseTimeToLive", new LeaseTimeToLiveRequest { ID = granted.ID });
        Assert.Equal((granted.ID, -1, 0), (time.ID, time.TTL, time.GrantedTTL));
    }

    [Fact]
    public async Task A_short_lease_is_raised_to_the_minimum_and_a_used_id_refused()
    {
        var request = new LeaseGrantRequest { TTL = -5, ID = 77 };
        var granted = await CallAsync<LeaseGrantRequest, LeaseGrantResponse>("Lease", "LeaseGrant", request);

        Assert.Equal((77, _node.Engine.Leases.MinimumTtl), (granted.ID, granted.TTL));
        await RefusedAsync(
            StatusCode.FailedPrecondition,
            "etcdserver: lease already exists",
            CallAsync<LeaseGrantRequest, LeaseGrantResponse>("Lease", "LeaseGrant", request));
    }

    [Fact]
    public async Task The_members_and_the_status_are_told()
    {
        var list = await CallAsync<MemberListRequest, MemberListResponse>(
            "Cluster", "MemberList", new MemberListRequest { Linearizable = true });
        var member = Assert.Single(list.Members);
        Assert.Equal((_node.Engine.MemberId, "n1"), (member.ID, member.Name));
        Assert.Equal(0, list.Header.Revision);

        var status = await CallAsync<StatusRequest, StatusResponse>("Maintenance", "Status", new());
        Assert.Equal(_node.Engine.MemberId, status.Leader);
        Assert.Matches(@"^3\.\d+\.\d+$", status.Version);
        Assert.True(status.RaftIndex > 0 && status.RaftAppliedIndex > 0 && status.DbSize > 0);
        Assert.Equal(2L << 30, status.DbSizeQuota);
        Assert.Empty(status.Errors);
    }

    [Fact]
    public async Task The_hash_of_a_revision_stays_the_same()
    {
        var revision = (await PutAsync("grpc/h", "1")).Header.Revision;
        var first = await HashAsync(revision);
        await PutAsync("grpc/h", "2");

        Assert.Equal(first.Hash, (await HashAsync(revision)).Hash);
        Assert.Equal(revision, first.HashRevision);
        Assert.NotEqual(first.Hash, (await HashAsync(0)).Hash);
    }

    [Fact]
    public async Task A_watch_hears_changes_until_it_is_cancelled()
    {
        using var watch = _node.Open<WatchRequest, WatchResponse>("Watch", "Watch");
        await watch.RequestStream.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest { Key = Text("grpc/w"), RangeEnd = Text("grpc/x"), PrevKv = true },
        });
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.True(watch.ResponseStream.Current.Created);
        await watch.RequestStream.WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() });
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(-1, watch.ResponseStream.Current.WatchId);

        var revision = (await PutAsync("grpc/w1", "1")).Header.Revision;
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(revision, Assert.Single(watch.ResponseStream.Current.Events).Kv.ModRevision);
    }

    private static async Task RefusedAsync(StatusCode code, string message, Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal((code, message), (error.StatusCode, error.Status.Detail));
    }

    private Task<TResponse> CallAsync<TRequest, TResponse>(string service, string method, TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        _node.CallAsync<TRequest, TResponse>(service, method, request);

    private Task<PutResponse> PutAsync(string key, string value) =>
        CallAsync<PutRequest, PutResponse>("KV", "Put", new PutRequest { Key = Text(key), Value = Text(value) });

    private Task<RangeResponse> RangeAsync(RangeRequest request) =>
        CallAsync<RangeRequest, RangeResponse>("KV", "Range", request);

    private Task<TxnResponse> TxnAsync(TxnRequest request) => CallAsync<TxnRequest, TxnResponse>("KV", "Txn", request);

    private Task<HashKVResponse> HashAsync(long revision) =>
        CallAsync<HashKVRequest, HashKVResponse>("Maintenance", "HashKV", new HashKVRequest { Revision = revision });
}
