// Messages of TLS (event ids 600 to 619).
namespace Kv.Node.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Information, "certificate files have changed and are used from now on")]
    public static partial void TlsFilesReloaded(this ILogger logger);

    [LoggerMessage(601, LogLevel.Warning, "certificate files have changed and cannot be used, the ones before stay in use: {Problem}")]
    public static partial void TlsFilesUnusable(this ILogger logger, string problem);

    [LoggerMessage(602, LogLevel.Warning, "TLS with {Remote} refused: {Reason}")]
    private static partial void TellTlsRefused(this ILogger logger, string remote, string reason);

    /// <summary>TLS was refused, as often as anybody likes to try.</summary>
    public static void TlsRefused(this ILogger logger, string remote, string reason)
    {
        if (Refusals.TryTake(out var untold))
        {
            logger.TellTlsRefused(remote, reason);
            logger.TellUntold(untold);
        }
    }
}
