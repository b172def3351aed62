namespace Compat.Harness;

/// <summary>One server, kvnode or etcd, on a data directory that may have been restored.</summary>
internal sealed class SingleServer : IDisposable
{
    private readonly ServerProcess _process;

    private SingleServer(ServerProcess process, string url)
    {
        _process = process;
        Url = url;
        Client = new Client(url);
    }

    public string Url { get; }

    public Client Client { get; }

    /// <summary>Starts it with the default names, and waits until it is ready.</summary>
    public static async Task<SingleServer> StartAsync(string program, string dataDirectory)
    {
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        // The peer URL it advertises is the default, that of a restore without flags; it has no peers.
        var process = ServerProcess.Start(program, [
            "--data-dir", dataDirectory, "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}"]);
        try
        {
            await process.WhenReadyAsync();
        }
        catch
        {
            process.Dispose();
            throw;
        }

        return new SingleServer(process, url);
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Dispose();
    }
}
