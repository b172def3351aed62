// The dotnet-etcd package, as a .NET program would use it, against a real cluster.
using System.Threading.Channels;
using Compat.Harness;
using dotnet_etcd;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>A foreign .NET client.</summary>
public sealed class DotnetEtcdTests
{
    [Fact]
    public async Task Put_get_delete_and_transactions_work_through_any_member()
    {
        using var cluster = await TestCluster.StartAsync(3);
        using var client = Connect(cluster.Endpoints);
        await client.PutAsync("a", "1");
        Assert.Equal("1", await client.GetValAsync("a"));
        var answer = await client.TransactionAsync(new TxnRequest
        {
            Compare =
            {
                new Compare
                {
                    Key = ByteString.CopyFromUtf8("a"),
                    Target = Compare.Types.CompareTarget.Version,
                    Result = Compare.Types.CompareResult.Equal,
                    Version = 1,
                },
            },
            Success = { Put("a", "2"), Put("b", "3") },
            Failure = { Put("a", "no") },
        });
        Assert.True(answer.Succeeded);
        var range = await client.GetRangeValAsync("");
        Assert.Equal(["a=2", "b=3"], range.Select(pair => $"{pair.Key}={pair.Value}").Order());
        await client.DeleteAsync("a");
        Assert.Equal("", await client.GetValAsync("a"));
    }

    [Fact]
    public async Task A_lease_takes_its_keys_along_and_a_watch_tells()
    {
        using var cluster = await TestCluster.StartAsync(1);
        using var client = Connect(cluster.Endpoints);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = Channel.CreateUnbounded<string>();
        var watching = client.WatchAsync(
            "leased/",
            (WatchResponse response) =>
            {
                foreach (var change in response.Events)
                {
                    seen.Writer.TryWrite($"{change.Type} {change.Kv.Key.ToStringUtf8()}");
                }
            },
            cancellationToken: stop.Token);
        var lease = await client.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 });
        // The watch may start after the put: it is written until it is seen.
        await Eventually.Holds(
            async () =>
            {
                await client.PutAsync(new PutRequest
                {
                    Key = ByteString.CopyFromUtf8("leased/"),
                    Lease = lease.ID,
                });
                return seen.Reader.TryRead(out var change) && change == "Put leased/";
            },
            "the put is seen");
        await client.LeaseRevokeAsync(new LeaseRevokeRequest { ID = lease.ID });
        var last = "";
        while (last != "Delete leased/")
        {
            last = await seen.Reader.ReadAsync(stop.Token);
        }

        Assert.Equal("", await client.GetValAsync("leased/"));
        await stop.CancelAsync();
        await Record.ExceptionAsync(() => watching);
    }

    [Fact]
    public async Task Errors_carry_etcds_codes_and_texts()
    {
        using var cluster = await TestCluster.StartAsync(1);
        using var client = Connect(cluster.Endpoints);
        var error = await Assert.ThrowsAsync<RpcException>(
            () => client.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 404 }));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal("etcdserver: requested lease not found", error.Status.Detail);
    }

    private static EtcdClient Connect(string endpoints) =>
        new(endpoints, configureChannelOptions: options => options.Credentials = ChannelCredentials.Insecure);

    private static RequestOp Put(string key, string value) => new()
    {
        RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) },
    };
}
