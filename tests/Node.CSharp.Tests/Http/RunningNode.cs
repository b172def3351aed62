using Grpc.Net.Client;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Tests.Peers;
using Kv.Node.Tls;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Kv.Node.Tests.Http;

/// <summary>A whole node in this process, on free ports and a directory of its own.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory;
    private readonly NodeParts _parts;

    private RunningNode(DirectoryInfo directory, NodeParts parts)
    {
        _directory = directory;
        _parts = parts;
        var url = new Uri(parts.ClientAddresses);
        Http = new HttpClient { BaseAddress = url, Timeout = Patience };
        Channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public HttpClient Http { get; }

    public GrpcChannel Channel { get; }

    public NodeEngine Engine => _parts.Engine;

    /// <param name="hasQuorum">False leaves it the only one started of three, so that there is no leader.</param>
    /// <param name="configure">Changes the options.</param>
    public static async Task<RunningNode> StartAsync(
        bool hasQuorum = true, Func<NodeOptions, NodeOptions>? configure = null)
    {
        var directory = Directory.CreateTempSubdirectory("kv-api-");
        var names = hasQuorum ? new[] { "n1" } : ["n1", "n2", "n3"];
        var options = new NodeOptions
        {
            Name = "n1",
            DataDir = directory.FullName,
            ListenClientUrls = [new("http://127.0.0.1:0")],
            ListenPeerUrls = [new("http://127.0.0.1:0")],
            InitialAdvertisePeerUrls = [new("http://127.0.0.1:1")],
            InitialCluster = [.. names.Select((name, i) => new InitialMember(name, [new($"http://127.0.0.1:{i + 1}")]))],
            HeartbeatInterval = TimeSpan.FromMilliseconds(20),
            ElectionTimeout = TimeSpan.FromMilliseconds(200),
        };
        options = configure?.Invoke(options) ?? options;
        var storage = await NodeStorage.OpenAsync(
            options, new NoClusters(), new PhysicalDisk(), HostPorts.OfProcess, NullLogger.Instance, CancellationToken.None);
        var parts = new NodeParts(options, NodeTls.None, storage, new NodeMetrics(), NullLoggerFactory.Instance);
        using var patience = new CancellationTokenSource(Patience);
        await parts.StartPeersAsync(patience.Token);
        parts.Engine.Start();
        if (hasQuorum)
        {
            await parts.Engine.PublishAsync(patience.Token);
        }

        await parts.StartClientsAsync(patience.Token);
        return new RunningNode(directory, parts);
    }

    /// <summary>Posts JSON.</summary>
    /// <returns>The status and the body.</returns>
    public async Task<(int Status, string Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json);
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task StopClientsAsync() => _parts.StopClientsAsync(new CancellationTokenSource(Patience).Token);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        await _parts.DisposeAsync().AsTask().WaitAsync(Patience);
        _directory.Delete(recursive: true);
    }
}

/// <summary>One node for all tests of a class.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    internal RunningNode Node { get; private set; } = null!;

    public async Task InitializeAsync() => Node = await RunningNode.StartAsync();

    public Task DisposeAsync() => Node.DisposeAsync().AsTask();
}
