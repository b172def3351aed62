// The walk: every RPC of every service, over gRPC and as JSON, as each kind of caller. The table says who is let in;
// everybody else must be told so, and nothing else. A new RPC without a row fails the test.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using V3Electionpb;
using V3Lockpb;
using Xunit;
using Xunit.Abstractions;

namespace Compat;

/// <summary>Authorization of the client port.</summary>
public sealed class AuthWalkTests(ITestOutputHelper output)
{
    /// <summary>Callers, by the names the table uses: a token that is none, nobody, a user without roles, one who
    /// reads [k, l), one who writes it, one who does both, and root.</summary>
    private static readonly string[] Callers = ["garbage", "anonymous", "none", "reader", "writer", "both", "root"];

    private const string Everybody = "garbage anonymous none reader writer both root";
    private const string Users = "none reader writer both root";
    private const string Readers = "reader both root";
    private const string Writers = "writer both root";
    private const string Both = "both root";
    private const string Root = "root";

    private static readonly ByteString Key = ByteString.CopyFromUtf8("k");

    /// <summary>RPC, request, who is let in.</summary>
    private static readonly (string Rpc, IMessage Request, string Allowed)[] Rows =
    [
        ("KV/Range", new RangeRequest { Key = Key }, Readers),
        ("KV/Range", new RangeRequest { Key = Key, Serializable = true }, Readers),
        ("KV/Range", new RangeRequest { Key = Key, RangeEnd = Zero() }, Root),
        ("KV/RangeStream", new RangeRequest { Key = Key }, Readers),
        ("KV/Put", new PutRequest { Key = Key }, Writers),
        ("KV/Put", new PutRequest { Key = Key, PrevKv = true }, Both),
        ("KV/Put", new PutRequest { Key = Key, Lease = 77 }, Root),
        ("KV/DeleteRange", new DeleteRangeRequest { Key = Key }, Writers),
        ("KV/DeleteRange", new DeleteRangeRequest { Key = Key, PrevKv = true }, Both),
        ("KV/DeleteRange", new DeleteRangeRequest { Key = Last, RangeEnd = Zero() }, Root),
        ("KV/Txn", Txn(new RequestOp { RequestRange = new RangeRequest { Key = Key } }), Readers),
        ("KV/Txn", Txn(new RequestOp { RequestPut = new PutRequest { Key = Key } }), Writers),
        ("KV/Txn", Txn(new RequestOp { RequestPut = new PutRequest { Key = Key, PrevKv = true } }), Both),
        ("KV/Txn", Txn(new RequestOp { RequestPut = new PutRequest { Key = Key, Lease = 77 } }), Root),
        ("KV/Txn", Txn(new RequestOp { RequestTxn = Txn(new RequestOp { RequestPut = new PutRequest { Key = Other } }) }), Root),
        ("KV/Txn", Guarded(Key), Both),
        ("KV/Txn", Guarded(Other), Root),
        ("KV/Compact", new CompactionRequest { Revision = 1 }, Root),
        ("Watch/Watch", Watch(new WatchCreateRequest { Key = Key }), Readers),
        ("Watch/Watch", Watch(new WatchCreateRequest { Key = Key, RangeEnd = Zero() }), Root),
        ("Watch/Watch", Watch(new WatchCreateRequest { RangeEnd = Zero() }), Root),
        ("Lease/LeaseGrant", new LeaseGrantRequest { TTL = 100 }, Users),
        ("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = 88 }, Users),
        ("Lease/LeaseKeepAlive", new LeaseKeepAliveRequest { ID = 77 }, Users),
        ("Lease/LeaseTimeToLive", new LeaseTimeToLiveRequest { ID = 77 }, Users),
        ("Lease/LeaseTimeToLive", new LeaseTimeToLiveRequest { ID = 77, Keys = true }, Root),
        ("Lease/LeaseLeases", new LeaseLeasesRequest(), Users),
        ("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = 77 }, Root),
        ("Cluster/MemberList", new MemberListRequest(), Users),
        ("Cluster/MemberAdd", new MemberAddRequest { PeerURLs = { "x" } }, Root),
        ("Cluster/MemberRemove", new MemberRemoveRequest { ID = 1 }, Root),
        ("Cluster/MemberUpdate", new MemberUpdateRequest { ID = 1, PeerURLs = { "http://x:1" } }, Root),
        ("Cluster/MemberPromote", new MemberPromoteRequest { ID = 1 }, Root),
        ("Maintenance/Status", new StatusRequest(), Users),
        ("Maintenance/Alarm", new AlarmRequest(), Users),
        ("Maintenance/Alarm", new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = AlarmType.Nospace }, Root),
        ("Maintenance/Defragment", new DefragmentRequest(), Root),
        ("Maintenance/Hash", new HashRequest(), Root),
        ("Maintenance/HashKV", new HashKVRequest(), Root),
        ("Maintenance/Snapshot", new SnapshotRequest(), Root),
        ("Maintenance/Downgrade", new DowngradeRequest { Action = DowngradeRequest.Types.DowngradeAction.Cancel }, Root),
        ("Maintenance/MoveLeader", new MoveLeaderRequest { TargetID = 1 }, Root),
        ("Auth/AuthStatus", new AuthStatusRequest(), Everybody),
        ("Auth/Authenticate", new AuthenticateRequest { Name = "root", Password = "p" }, Everybody),
        ("Auth/AuthEnable", new AuthEnableRequest(), Root),
        ("Auth/UserAdd", new AuthUserAddRequest { Name = "reader", Password = "p" }, Root),
        ("Auth/UserGet", new AuthUserGetRequest { Name = "reader" }, "reader root"),
        ("Auth/UserList", new AuthUserListRequest(), Root),
        ("Auth/UserDelete", new AuthUserDeleteRequest { Name = "x" }, Root),
        ("Auth/UserChangePassword", new AuthUserChangePasswordRequest { Name = "x", Password = "p" }, Root),
        ("Auth/UserGrantRole", new AuthUserGrantRoleRequest { User = "x", Role = "r" }, Root),
        ("Auth/UserRevokeRole", new AuthUserRevokeRoleRequest { Name = "x", Role = "r" }, Root),
        ("Auth/RoleAdd", new AuthRoleAddRequest { Name = "r" }, Root),
        ("Auth/RoleGet", new AuthRoleGetRequest { Role = "r" }, Readers),
        ("Auth/RoleList", new AuthRoleListRequest(), Root),
        ("Auth/RoleDelete", new AuthRoleDeleteRequest { Role = "x" }, Root),
        ("Auth/RoleGrantPermission", new AuthRoleGrantPermissionRequest { Name = "x", Perm = new Authpb.Permission { Key = Key } }, Root),
        ("Auth/RoleRevokePermission", new AuthRoleRevokePermissionRequest { Role = "x", Key = Key }, Root),
        ("Lock/Lock", new LockRequest { Name = Key, Lease = 99 }, Both),
        ("Lock/Unlock", new UnlockRequest { Key = Key }, Writers),
        ("Election/Campaign", new CampaignRequest { Name = Key, Lease = 99 }, Both),
        ("Election/Proclaim", new ProclaimRequest { Leader = new LeaderKey { Key = Key, Rev = 1, Lease = 99 } }, Both),
        ("Election/Leader", new LeaderRequest { Name = Led }, Readers),
        ("Election/Observe", new LeaderRequest { Name = Led }, Readers),
        ("Election/Resign", new ResignRequest { Leader = new LeaderKey { Key = Key, Rev = 1 } }, Both),
        ("Auth/AuthDisable", new AuthDisableRequest(), Root),
    ];

    /// <summary>Where the gateway has an RPC that its name does not tell.</summary>
    private static readonly Dictionary<string, string> Paths = new()
    {
        ["KV/Compact"] = "kv/compaction",
        ["Watch/Watch"] = "watch",
        ["Cluster/MemberAdd"] = "cluster/member/add",
        ["Cluster/MemberRemove"] = "cluster/member/remove",
        ["Cluster/MemberUpdate"] = "cluster/member/update",
        ["Cluster/MemberPromote"] = "cluster/member/promote",
        ["Cluster/MemberList"] = "cluster/member/list",
        ["Maintenance/MoveLeader"] = "maintenance/transfer-leadership",
        ["Auth/Authenticate"] = "auth/authenticate",
        ["Auth/UserChangePassword"] = "auth/user/changepw",
        ["Auth/UserGrantRole"] = "auth/user/grant",
        ["Auth/UserRevokeRole"] = "auth/user/revoke",
        ["Auth/RoleGrantPermission"] = "auth/role/grant",
        ["Auth/RoleRevokePermission"] = "auth/role/revoke",
    };

    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private static ByteString Other => ByteString.CopyFromUtf8("y");

    private static ByteString Last => ByteString.CopyFromUtf8("zz");

    private static ByteString Led => ByteString.CopyFromUtf8("ke");

    [Fact]
    public void Every_rpc_is_walked()
    {
        var known = new[] { RpcReflection.Descriptor, LockRequest.Descriptor.File, LeaderKey.Descriptor.File }
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .Select(method => $"{method.Service.Name}/{method.Name}")
            // Newer than the package.
            .Append("KV/RangeStream");
        Assert.Equal(known.Order(StringComparer.Ordinal), Rows.Select(row => row.Rpc).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_caller_gets_what_the_table_says_and_no_more()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var url = cluster.Nodes[0].ClientUrl;
        await SeedAsync(url);
        var overGrpc = await WalkAsync(url, GrpcAsync);
        await EtcdCtl.RunAsync(url, "auth", "enable");
        await SeedDataAsync(url);
        var asJson = await WalkAsync(url, JsonAsync);
        output.WriteLine($"{Rows.Length} requests of {Rows.Select(row => row.Rpc).Distinct().Count()} RPCs as {Callers.Length} callers: "
            + $"{overGrpc} calls over gRPC, {asJson} as JSON, all as the table says");
    }

    private static async Task SeedAsync(string url)
    {
        foreach (var name in new[] { "root", "none", "reader", "writer", "both" })
        {
            await EtcdCtl.RunAsync(url, "user", "add", $"{name}:p");
        }

        await EtcdCtl.RunAsync(url, "user", "grant-role", "root", "root");
        await EtcdCtl.RunAsync(url, "role", "add", "r");
        await EtcdCtl.RunAsync(url, "role", "add", "w");
        await EtcdCtl.RunAsync(url, "role", "grant-permission", "r", "read", "k", "l");
        await EtcdCtl.RunAsync(url, "role", "grant-permission", "w", "write", "k", "l");
        foreach (var (user, role) in new[] { ("reader", "r"), ("writer", "w"), ("both", "r"), ("both", "w") })
        {
            await EtcdCtl.RunAsync(url, "user", "grant-role", user, role);
        }

        await EtcdCtl.RunAsync(url, "auth", "enable");
        await SeedDataAsync(url);
    }

    /// <summary>A key of a lease that only root may touch, and somebody who leads an election.</summary>
    private static async Task SeedDataAsync(string url)
    {
        using var json = new JsonClient(url);
        json.UseToken(await TokenAsync(json, "root"));
        await json.PostAsync("/v3/lease/grant", """{"ID":77,"TTL":6000}""");
        await json.PostAsync("/v3/kv/put", $$"""{"key":"{{JsonClient.Base64("z")}}","lease":77}""");
        await json.PostAsync("/v3/kv/put", $$"""{"key":"{{JsonClient.Base64("ke/1")}}"}""");
    }

    private static async Task<string> TokenAsync(JsonClient json, string name) =>
        (string)(await json.PostAsync("/v3/auth/authenticate", $$"""{"name":"{{name}}","password":"p"}""")).Body["token"]!;

    private static async Task<int> WalkAsync(string url, Func<string, string, IMessage, string?, Task<string?>> call)
    {
        var tokens = new Dictionary<string, string?> { ["garbage"] = "garbage", ["anonymous"] = null };
        using (var json = new JsonClient(url))
        {
            foreach (var name in Callers.Except(tokens.Keys).ToArray())
            {
                tokens[name] = await TokenAsync(json, name);
            }
        }

        var wrong = new List<string>();
        var calls = 0;
        foreach (var (rpc, request, allowed) in Rows)
        {
            foreach (var caller in Callers)
            {
                var text = await call(url, rpc, request, tokens[caller]);
                if (text is null)
                {
                    continue;
                }

                calls++;
                var refusal = caller switch
                {
                    "garbage" => "etcdserver: invalid auth token",
                    "anonymous" => "etcdserver: user name is empty",
                    _ => "etcdserver: permission denied",
                };
                var isRefused = text.Contains(refusal, StringComparison.Ordinal);
                if (isRefused == allowed.Split(' ').Contains(caller))
                {
                    wrong.Add($"{rpc} {request} as {caller}: {text}");
                }
            }
        }

        Assert.Empty(wrong);
        return calls;
    }

    /// <summary>Makes a call of any kind; the first answer or the error, as text.</summary>
    private static async Task<string?> GrpcAsync(string url, string rpc, IMessage request, string? token)
    {
        using var channel = GrpcChannel.ForAddress(url);
        var service = rpc.Split('/')[0] switch
        {
            "Lock" => "v3lockpb.Lock",
            "Election" => "v3electionpb.Election",
            var name => $"etcdserverpb.{name}",
        };
        var bytes = Marshallers.Create(static (byte[] one) => one, static one => one);
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, rpc.Split('/')[1], bytes, bytes);
        var metadata = new Metadata();
        if (token is not null)
        {
            metadata.Add("token", token);
        }

        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            method, null, new CallOptions(metadata, DateTime.UtcNow.AddSeconds(30)));
        try
        {
            await call.RequestStream.WriteAsync(request.ToByteArray());
            await call.RequestStream.CompleteAsync();
            var isAnswered = await call.ResponseStream.MoveNext();
            return !isAnswered ? "nothing"
                : rpc == "Watch/Watch" ? WatchResponse.Parser.ParseFrom(call.ResponseStream.Current).CancelReason
                : "an answer";
        }
        catch (RpcException e)
        {
            return e.Status.Detail;
        }
    }

    /// <summary>The same over HTTP; null if the RPC is not there.</summary>
    private static async Task<string?> JsonAsync(string url, string rpc, IMessage request, string? token)
    {
        if (rpc == "KV/RangeStream")
        {
            return null;
        }

        using var http = new HttpClient { BaseAddress = new Uri(url) };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v3/" + PathOf(rpc))
        {
            Content = new StringContent(Json.Format(request)),
        };
        if (token is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", token);
        }

        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var line = await lines.ReadLineAsync(limit.Token) ?? "";
        Assert.DoesNotContain("Not Found", line, StringComparison.Ordinal);
        return line;
    }

    private static string PathOf(string rpc)
    {
        if (Paths.TryGetValue(rpc, out var path))
        {
            return path;
        }

        var (service, method) = (rpc.Split('/')[0].ToLowerInvariant(), rpc.Split('/')[1].ToLowerInvariant());
        var name = method.StartsWith(service, StringComparison.Ordinal) && method.Length > service.Length
            ? method[service.Length..]
            : method;
        return service == "auth" && (name.StartsWith("user", StringComparison.Ordinal) || name.StartsWith("role", StringComparison.Ordinal))
            ? $"auth/{name[..4]}/{name[4..]}"
            : $"{service}/{name}";
    }

    private static ByteString Zero() => ByteString.CopyFrom(0);

    private static TxnRequest Txn(RequestOp operation) => new() { Success = { operation } };

    private static TxnRequest Guarded(ByteString key) => new()
    {
        Compare = { new Compare { Key = key, Target = Compare.Types.CompareTarget.Version } },
        Failure = { new RequestOp { RequestPut = new PutRequest { Key = Key } } },
    };

    private static WatchRequest Watch(WatchCreateRequest create) => new() { CreateRequest = create };
}
