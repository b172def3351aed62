// The node under load: a process of its own, on a directory of its own.
using System.Globalization;
using Compat.Harness;

namespace Load;

/// <summary>One running kvnode.</summary>
internal sealed class LoadNode : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-load-");
    private readonly HttpClient _http = new();
    private readonly ServerProcess _process;

    private LoadNode()
    {
        var ports = Ports.Free(2);
        Url = $"http://127.0.0.1:{ports[0]}";
        PeerUrl = $"http://127.0.0.1:{ports[1]}";
        _process = ServerProcess.Start(Tools.KvNode,
        [
            "--data-dir", Path.Combine(_directory.FullName, "data"), "--log-level", "warn",
            "--listen-client-urls", Url, "--advertise-client-urls", Url,
            "--listen-peer-urls", PeerUrl,
        ]);
    }

    public string Url { get; }

    public string PeerUrl { get; }

    /// <summary>Memory of the process now, bytes.</summary>
    public long ResidentBytes => long.Parse(
        File.ReadLines($"/proc/{_process.Pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    public static async Task<LoadNode> StartAsync()
    {
        var node = new LoadNode();
        for (var i = 0; i < 300; i++)
        {
            try
            {
                if ((await node._http.GetAsync(node.Url + "/health")).IsSuccessStatusCode)
                {
                    return node;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(100);
        }

        node.Dispose();
        throw new InvalidOperationException($"the node did not start:\n{node._process.Log}");
    }

    public async Task<double> MetricAsync(string name) => (await Scrape.OfAsync(_http, Url))[name];

    public void Dispose()
    {
        _process.Dispose();
        _http.Dispose();
        _directory.Delete(recursive: true);
    }
}
