// Hosts with addresses of their own, made of network namespaces on one bridge. Needs root and iproute2.
using System.Diagnostics;

namespace Compat.Harness;

/// <summary>Some hosts, 172.17.8.101 and up, and the bridge at 172.17.8.1 that this process is on.</summary>
internal sealed class TestHosts : IDisposable
{
    public const string BridgeAddress = "172.17.8.1";

    private static int _made;

    /// <summary>Never used twice: the kernel takes its time to forget.</summary>
    private readonly string _id = $"kv{Environment.ProcessId % 100_000}x{Interlocked.Increment(ref _made)}";
    private readonly string[] _names;

    private TestHosts(int count) => _names = [.. Enumerable.Range(1, count).Select(i => $"{_id}-{i}")];

    public static async Task<TestHosts> MakeAsync(int count)
    {
        var hosts = new TestHosts(count);
        try
        {
            await IpAsync("link", "add", hosts._id, "type", "bridge");
            await IpAsync("addr", "add", $"{BridgeAddress}/24", "dev", hosts._id);
            await IpAsync("link", "set", hosts._id, "up");
            for (var i = 0; i < count; i++)
            {
                var (name, inside, outside) = (hosts._names[i], $"{hosts._id}i{i}", $"{hosts._id}o{i}");
                await IpAsync("netns", "add", name);
                await IpAsync("link", "add", outside, "type", "veth", "peer", "name", inside);
                await IpAsync("link", "set", inside, "netns", name);
                await IpAsync("link", "set", outside, "master", hosts._id, "up");
                await IpAsync("-n", name, "addr", "add", $"{AddressOf(i)}/24", "dev", inside);
                await IpAsync("-n", name, "link", "set", "lo", "up");
                await IpAsync("-n", name, "link", "set", inside, "up");
            }
        }
        catch
        {
            hosts.Dispose();
            throw;
        }

        return hosts;
    }

    public static string AddressOf(int host) => $"172.17.8.{101 + host}";

    /// <summary>Starts a program on a host.</summary>
    public ServerProcess Start(int host, string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        ServerProcess.Start("/usr/sbin/ip", ["netns", "exec", _names[host], program, .. arguments], environment);

    /// <summary>Runs a program on a host to its end.</summary>
    public Task<CommandResult> TryAsync(int host, string program, params string[] arguments) =>
        Command.TryAsync("/usr/sbin/ip", ["netns", "exec", _names[host], program, .. arguments]);

    /// <summary>Has the names of a host looked up in this file (resolv.conf).</summary>
    public void ResolveWith(int host, string resolver)
    {
        Directory.CreateDirectory($"/etc/netns/{_names[host]}");
        File.WriteAllText($"/etc/netns/{_names[host]}/resolv.conf", resolver);
    }

    public void Dispose()
    {
        foreach (var name in _names)
        {
            Try("netns", "del", name);
            if (Directory.Exists($"/etc/netns/{name}"))
            {
                Directory.Delete($"/etc/netns/{name}", recursive: true);
            }
        }

        Try("link", "del", _id);
    }

    private static async Task IpAsync(params string[] arguments) => await Command.RunAsync("/usr/sbin/ip", arguments);

    private static void Try(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/sbin/ip", arguments) { RedirectStandardError = true };
        using var process = Process.Start(start);
        process?.WaitForExit();
    }
}
