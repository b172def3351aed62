// Runs one node from its settings to its exit code: storage, peer port, engine, client port, in that
// order, and the same backwards. What goes wrong before the node serves is one line and exit code 1.
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Tls;

namespace Kv.Node.Hosting;

/// <summary>The life of the process.</summary>
internal static class NodeHost
{
    /// <summary>What in-flight calls are given to finish.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    /// <summary>Runs until SIGTERM, SIGINT, a fault, or the member's removal from its cluster.</summary>
    /// <returns>0 after an orderly stop or, as etcd, a removal; 1 if the node could not start or go on.</returns>
    public static async Task<int> RunAsync(LoadedOptions loaded)
    {
        using var stop = new StopSignals();
        return await RunAsync(loaded, stop);
    }

    /// <summary>Runs until it is told to stop in this way, or as above.</summary>
    public static async Task<int> RunAsync(LoadedOptions loaded, StopSignals stop)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddNodeLog(loaded.Options));
        var logger = loggers.CreateLogger("Kv.Node");
        foreach (var warning in loaded.Warnings)
        {
            logger.ConfigurationWarning(warning);
        }

        logger.Starting(ProductVersion.Product, ProductVersion.Etcd);
        logger.EffectiveConfiguration(EffectiveConfiguration.Describe(loaded.Options));
        try
        {
            return await RunNodeAsync(loaded.Options, loggers, logger, stop);
        }
        catch (Exception error) when (StartFailure.Explain(error) is { } reason)
        {
            logger.StartFailed(reason);
            return 1;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task<int> RunNodeAsync(
        NodeOptions options, ILoggerFactory loggers, ILogger logger, StopSignals stop)
    {
        using var tracing = Tracing.Start(options);
        var metrics = NodeMetrics.OfProcess();
        var tls = NodeTls.Open(options, logger);
        var storage = await OpenStorageAsync(options, tls, logger, stop.Token);
        await using var node = new NodeParts(options, tls, storage, metrics, loggers);
        await node.StartPeersAsync(stop.Token);
        node.Engine.Start();
        await node.StartMonitoringAsync(stop.Token);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        using var manager = new ServiceManager();
        var serving = ServeAsync(node, manager, logger, end.Token);
        var ended = await Task.WhenAny(serving, node.Engine.Fault, node.Engine.Removed);
        if (ended == node.Engine.Removed)
        {
            logger.RemovedFromCluster(PeerHeaders.Hex(node.Engine.MemberId), options.DataDir);
            await end.CancelAsync();
        }

        if (ended != node.Engine.Fault)
        {
            await serving;
        }

        if (node.Engine.Fault.IsCompleted)
        {
            logger.StartFailed((await node.Engine.Fault).Message);
            return 1;
        }

        logger.Stopping();
        manager.Stopping();
        using var drain = new CancellationTokenSource(DrainTime);
        await node.Engine.HandOverAsync();
        await node.StopClientsAsync(drain.Token);
        await node.StopMonitoringAsync(drain.Token);
        await node.StopPeersAsync(drain.Token);
        await node.Engine.DisposeAsync();
        logger.Stopped();
        return 0;
    }

    private static async Task<NodeStorage> OpenStorageAsync(
        NodeOptions options, NodeTls tls, ILogger logger, CancellationToken token)
    {
        // Without data a member does not know yet who it is.
        using var search = new PeerClient(new PeerOptions { MemberId = 0, ClusterId = 0, Tls = tls.Peers });
        var disk = new PhysicalDisk(syncs: !options.UnsafeNoFsync);
        return await NodeStorage.OpenAsync(options, search, disk, HostPorts.OfProcess, logger, token);
    }

    /// <summary>Serves until told to stop.</summary>
    private static async Task ServeAsync(NodeParts node, ServiceManager manager, ILogger logger, CancellationToken stop)
    {
        try
        {
            await node.Engine.PublishAsync(stop);
            await node.Engine.Corruption.RequireSoundAsync(stop);
            await node.StartClientsAsync(stop);
            logger.Ready(node.ClientAddresses);
            manager.Ready(() => node.Engine.SinceLastTurn);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The orderly end.
        }
    }
}
