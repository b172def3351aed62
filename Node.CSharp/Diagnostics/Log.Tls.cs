// Messages of TLS (event ids 600 to 619).
namespace Kv.Node.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Information, "certificate files have changed and are used from now on")]
    public static partial void TlsFilesReloaded(this ILogger logger);

    [LoggerMessage(601, LogLevel.Warning, "certificate files have changed and cannot be used, the ones before stay in use: {Problem}")]
    public static partial void TlsFilesUnusable(this ILogger logger, string problem);

    [LoggerMessage(602, LogLevel.Warning, "TLS with {Remote} refused: {Reason}")]
    public static partial void TlsRefused(this ILogger logger, string remote, string reason);
}
