namespace Compat.Harness;

/// <summary>One kvnode with its directory and ports; can be killed and started again.</summary>
internal sealed class Node : IDisposable
{
    private readonly string[] _flags;

    public Node(
        string name, string directory, string scheme, int clientPort, int peerPort, string initialCluster,
        params string[] flags)
    {
        (Name, DataDirectory, ClientUrl) = (name, Path.Combine(directory, name), $"{scheme}://127.0.0.1:{clientPort}");
        PeerUrl = $"{scheme}://127.0.0.1:{peerPort}";
        _flags =
        [
            "--name", name, "--data-dir", DataDirectory,
            "--listen-client-urls", ClientUrl, "--advertise-client-urls", ClientUrl,
            "--listen-peer-urls", PeerUrl, "--initial-advertise-peer-urls", PeerUrl,
            "--initial-cluster", initialCluster, .. flags,
        ];
    }

    /// <summary>What it is started with.</summary>
    public IReadOnlyList<string> Flags => _flags;

    public string Name { get; }

    public string DataDirectory { get; }

    public string ClientUrl { get; }

    public string PeerUrl { get; }

    public ServerProcess? Process { get; private set; }

    /// <summary>Starts it; does not wait.</summary>
    /// <param name="more">Further flags, for this start only.</param>
    public ServerProcess Start(params string[] more)
    {
        Process?.Dispose();
        Process = ServerProcess.Start(Tools.KvNode, [.. _flags, .. more]);
        return Process;
    }

    /// <summary>Loses all its data.</summary>
    public void Wipe() => Directory.Delete(DataDirectory, recursive: true);

    public void Kill() => Process?.Kill();

    public void Dispose() => Process?.Dispose();
}
