// What a service manager sees of a node (sd_notify).
using System.Net.Sockets;
using System.Text;
using Compat.Harness;
using Xunit;

namespace Compat;

public sealed class ServiceTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-service-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task It_hears_when_the_node_is_ready_that_it_lives_and_that_it_stops()
    {
        var path = Path.Combine(_directory.FullName, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        using var node = ServerProcess.Start(
            Tools.KvNode,
            [
                "--data-dir", Path.Combine(_directory.FullName, "data"), "--listen-client-urls", url,
                "--advertise-client-urls", url, "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}",
            ],
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "400000" });

        Assert.Equal("READY=1", await NextAsync());
        Assert.Contains("ready to serve client requests", node.Log, StringComparison.Ordinal);
        Assert.Equal("WATCHDOG=1", await NextAsync());
        Assert.Equal("WATCHDOG=1", await NextAsync());

        node.Terminate();
        var last = await NextAsync();
        while (last == "WATCHDOG=1")
        {
            last = await NextAsync();
        }

        Assert.Equal("STOPPING=1", last);
        Assert.Equal(0, await node.WhenExitedAsync());

        async Task<string> NextAsync()
        {
            var buffer = new byte[1024];
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var length = await manager.ReceiveAsync(buffer, SocketFlags.None, limit.Token);
            return Encoding.ASCII.GetString(buffer, 0, length);
        }
    }
}
