// kvnode and the reference, both fresh and single. Their data is in memory: here their answers count,
// not what they make durable.
using Compat.Harness;

namespace Differential.Play;

/// <summary>The two servers.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private const string MemoryDirectory = "/dev/shm";

    private readonly string _directory;
    private readonly List<ServerProcess> _processes = [];

    private Pair(string directory) => _directory = directory;

    public Side Ours { get; private set; } = null!;

    public Side Theirs { get; private set; } = null!;

    /// <summary>Starts both and waits until they are ready.</summary>
    public static async Task<Pair> StartAsync()
    {
        var root = Directory.Exists(MemoryDirectory) ? MemoryDirectory : Path.GetTempPath();
        var pair = new Pair(Path.Combine(root, $"kv-differential-{Guid.NewGuid():N}"));
        Directory.CreateDirectory(pair._directory);
        try
        {
            var ports = Ports.Free(4);
            pair.Ours = pair.Launch("kvnode", Tools.KvNode, ports[0], ports[1]);
            pair.Theirs = pair.Launch("etcd", Tools.Etcd, ports[2], ports[3]);
            await Task.WhenAll(pair._processes.Select(process => process.WhenReadyAsync()));
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a server that has ended printed last; empty if both live.</summary>
    public string Obituary() => string.Concat(_processes.Where(process => process.HasExited).Select(process =>
        $"a server has ended:\n{string.Join('\n', process.Log.Split('\n').TakeLast(30))}\n"));

    public ValueTask DisposeAsync()
    {
        Ours?.Dispose();
        Theirs?.Dispose();
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private Side Launch(string name, string program, int clientPort, int peerPort)
    {
        var (client, peer) = ($"http://127.0.0.1:{clientPort}", $"http://127.0.0.1:{peerPort}");
        _processes.Add(ServerProcess.Start(
            program,
            [
                "--name", "default", "--data-dir", Path.Combine(_directory, name),
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}",
                // Small, so that too large requests and fragments are cheap to make.
                "--max-request-bytes", "65536",
            ]));
        return new Side(name, client, peer, isReference: program == Tools.Etcd);
    }
}
