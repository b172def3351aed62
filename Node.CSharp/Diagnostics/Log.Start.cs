// Messages of start and stop (event ids 100 to 199).
namespace Kv.Node.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "starting kvnode {Version} (compatible with etcd {EtcdVersion})")]
    public static partial void Starting(this ILogger logger, string version, string etcdVersion);

    [LoggerMessage(101, LogLevel.Information, "effective configuration: {Configuration}")]
    public static partial void EffectiveConfiguration(this ILogger logger, string configuration);

    [LoggerMessage(102, LogLevel.Warning, "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(103, LogLevel.Information, "ready to serve client requests on {Addresses}")]
    public static partial void Ready(this ILogger logger, string addresses);

    [LoggerMessage(104, LogLevel.Information, "stopping")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(105, LogLevel.Information, "stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(107, LogLevel.Warning,
        "this member {Member} has been removed from the cluster for good and stops; its data directory {DataDirectory} can be deleted")]
    public static partial void RemovedFromCluster(this ILogger logger, string member, string dataDirectory);

    [LoggerMessage(106, LogLevel.Critical, "{Reason}")]
    public static partial void StartFailed(this ILogger logger, string reason);
}
