// A disk that fills up under a node: writes are refused before there is no room left, reads go on, nothing is
// lost, and the node goes on by itself once there is room. The disk is a small file system of the test's own.
using Compat.Harness;
using Xunit;

namespace Compat;

public sealed class FullDiskTests : IDisposable
{
    private readonly string _mount = Directory.CreateTempSubdirectory("kv-small-").FullName;

    public void Dispose()
    {
        using var umount = System.Diagnostics.Process.Start("/usr/bin/umount", ["-l", _mount]);
        umount.WaitForExit();
        Directory.Delete(_mount);
    }

    [Fact]
    public async Task Writes_are_refused_and_reads_go_on_until_there_is_room()
    {
        await Command.RunAsync("/usr/bin/mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", _mount);
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        using var node = Start();
        await node.WhenReadyAsync();
        using var client = new Client(url);
        var value = Google.Protobuf.ByteString.CopyFrom(new byte[1_000_000]);
        var acknowledged = 0;
        var refusal = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () =>
        {
            while (acknowledged < 200)
            {
                await client.Kv.PutAsync(new Etcdserverpb.PutRequest { Key = KeyOf(acknowledged), Value = value });
                acknowledged++;
            }
        });

        Assert.Equal("etcdserver: mvcc: database space exceeded", refusal.Status.Detail);
        Assert.InRange(acknowledged, 40, 160);
        await AssertAllAsync();
        Assert.False(node.HasExited);
        await Eventually.Holds(() => Said("the disk is full: cannot reserve space for"), "the log says so");

        await Command.RunAsync("/usr/bin/mount", "-o", "remount,size=600m", _mount);
        await Eventually.Holds(() => Said("there is room on the disk again"), "the node notices");
        await client.Kv.PutAsync(new Etcdserverpb.PutRequest { Key = KeyOf(acknowledged), Value = value });
        acknowledged++;

        node.Kill();
        using var again = Start();
        await again.WhenReadyAsync();
        await AssertAllAsync();

        ServerProcess Start() => ServerProcess.Start(Tools.KvNode,
        [
            "--data-dir", Path.Combine(_mount, "data"), "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--snapshot-count", "1000000",
        ]);

        Task<bool> Said(string text) => Task.FromResult(node.Log.Contains(text, StringComparison.Ordinal));

        async Task AssertAllAsync()
        {
            var all = await client.Kv.RangeAsync(new Etcdserverpb.RangeRequest
            {
                Key = Google.Protobuf.ByteString.CopyFromUtf8("k/"),
                RangeEnd = Google.Protobuf.ByteString.CopyFromUtf8("k0"),
                CountOnly = true,
            });
            Assert.Equal(acknowledged, all.Count);
        }
    }

    [Fact]
    public async Task A_snapshot_that_does_not_fit_costs_nothing_and_is_tried_again()
    {
        await Command.RunAsync("/usr/bin/mount", "-t", "tmpfs", "-o", "size=136m", "tmpfs", _mount);
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        using var node = ServerProcess.Start(Tools.KvNode,
        [
            "--data-dir", Path.Combine(_mount, "data"), "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--snapshot-count", "10",
        ]);
        await node.WhenReadyAsync();
        using var client = new Client(url);
        var value = Google.Protobuf.ByteString.CopyFrom(new byte[1_000_000]);
        for (var i = 0; i < 30; i++)
        {
            await client.Kv.PutAsync(new Etcdserverpb.PutRequest { Key = KeyOf(i), Value = value });
        }

        await Eventually.Holds(
            () => Task.FromResult(node.Log.Contains("a snapshot could not be written, and will be tried again", StringComparison.Ordinal)),
            "a snapshot does not fit");
        Assert.False(node.HasExited);
        await client.Kv.PutAsync(new Etcdserverpb.PutRequest { Key = KeyOf(30), Value = value });
    }

    private static Google.Protobuf.ByteString KeyOf(int number) => Google.Protobuf.ByteString.CopyFromUtf8($"k/{number}");
}
