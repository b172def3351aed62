// Snapshot and Hash as clients call them, over gRPC and over JSON.
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Kv.Node.Protos;
using Kv.Node.Tests.EtcdFiles;
using Xunit;

namespace Kv.Node.Tests.Http;

/// <summary>snapshot-format §4 and §7.</summary>
public sealed class SnapshotApiTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private const int BlobBytes = 32_768;

    private RunningNode Node => fixture.Node;

    [Fact]
    public async Task The_stream_is_blobs_that_count_down_and_then_the_checksum()
    {
        await FillAsync("blobs", 40);
        using var call = Open();
        var messages = await ReadAsync(call);
        var data = messages[..^1];
        var total = data.Sum(message => message.Blob.Length);
        Assert.InRange(data.Count, 4, 1_000);
        Assert.All(data[..^1], message => Assert.Equal(BlobBytes, message.Blob.Length));
        var sent = 0;
        foreach (var message in data)
        {
            sent += message.Blob.Length;
            Assert.Equal((ulong)(total - sent), message.RemainingBytes);
        }

        Assert.All(messages, message => Assert.Equal("3.6.0", message.Version));
        Assert.All(messages, message => Assert.Null(message.Header));
        Assert.Equal(SHA256.HashData(Bytes(data)), messages[^1].Blob.ToByteArray());
        Assert.Equal(0UL, messages[^1].RemainingBytes);
    }

    [Fact]
    public async Task The_file_has_the_state_of_the_call_and_writes_go_on_meanwhile()
    {
        await FillAsync("meanwhile", 200);
        var before = await HashKvAsync();
        using var call = Open();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var messages = new List<SnapshotResponse> { call.ResponseStream.Current };
        // The client does not read on: the stream waits, and nothing else does.
        for (var i = 0; i < 20; i++)
        {
            await PutAsync($"meanwhile/later{i}", "x");
        }

        messages.AddRange(await ReadAsync(call));
        using var file = new SavedFile(Bytes(messages));
        var state = file.Import().ToState(1, [new(1, "x", ["http://x:1"], [], false)]);
        Assert.Equal(before.Header.Revision, state.Revision);
        Assert.Equal(before.Hash, state.HashKv(0).Item2);
        Assert.True((await HashKvAsync()).Header.Revision >= state.Revision + 20);
    }

    [Fact]
    public async Task A_stream_that_is_given_up_ends()
    {
        await FillAsync("given-up", 200);
        using var call = Open();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        call.Dispose();
        var metrics = "";
        var deadline = DateTime.UtcNow + RunningNode.Patience;
        while (!metrics.Contains(
            "grpc_server_handled_total{grpc_type=\"server_stream\",grpc_service=\"etcdserverpb.Maintenance\","
            + "grpc_method=\"Snapshot\",grpc_code=\"Canceled\"}",
            StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < deadline, metrics);
            metrics = (await Node.GetAsync("/metrics")).Body;
        }
    }

    [Fact]
    public async Task The_json_form_is_a_line_for_each_message()
    {
        await FillAsync("json", 30);
        var (status, body) = await Node.PostAsync("/v3/maintenance/snapshot", "{}");
        Assert.Equal(200, status);
        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("result")).ToArray();
        byte[] data = [.. lines[..^1].SelectMany(line => line.GetProperty("blob").GetBytesFromBase64())];
        Assert.Equal(SHA256.HashData(data), lines[^1].GetProperty("blob").GetBytesFromBase64());
        Assert.Equal($"{data.Length - BlobBytes}", lines[0].GetProperty("remaining_bytes").GetString());
        Assert.False(lines[^1].TryGetProperty("remaining_bytes", out _));
    }

    [Fact]
    public async Task Hash_is_that_of_the_whole_store()
    {
        await PutAsync("hash", "1");
        var first = await HashAsync();
        Assert.Equal(first.Hash, (await HashAsync()).Hash);
        Assert.NotEqual(0, first.Header.Revision);
        var (status, body) = await Node.PostAsync("/v3/maintenance/hash", "{}");
        Assert.Equal(200, status);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(first.Hash, json.RootElement.GetProperty("hash").GetUInt32());
        await PutAsync("hash", "2");
        Assert.NotEqual(first.Hash, (await HashAsync()).Hash);
    }

    private static byte[] Bytes(IEnumerable<SnapshotResponse> messages) =>
        [.. messages.SelectMany(message => message.Blob)];

    private static async Task<List<SnapshotResponse>> ReadAsync(AsyncServerStreamingCall<SnapshotResponse> call)
    {
        var messages = new List<SnapshotResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            messages.Add(call.ResponseStream.Current);
        }

        return messages;
    }

    private AsyncServerStreamingCall<SnapshotResponse> Open() =>
        Node.Read<SnapshotRequest, SnapshotResponse>("Maintenance", "Snapshot", new SnapshotRequest());

    private Task<HashKVResponse> HashKvAsync() =>
        Node.CallAsync<HashKVRequest, HashKVResponse>("Maintenance", "HashKV", new HashKVRequest());

    private Task<HashResponse> HashAsync() =>
        Node.CallAsync<HashRequest, HashResponse>("Maintenance", "Hash", new HashRequest());

    private async Task PutAsync(string key, string value) => await Node.CallAsync<PutRequest, PutResponse>(
        "KV", "Put", new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) });

    private async Task FillAsync(string prefix, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await PutAsync($"{prefix}/{i}", new string('v', 20_000));
        }
    }
}
