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
}
