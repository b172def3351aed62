// Messages of discovery (event ids 620 to 639).
namespace Kv.Node.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(620, LogLevel.Information,
        "discovery: waiting for {Missing} of {Size} members in {Registry}; registered so far: {Members}")]
    public static partial void DiscoveryWaiting(this ILogger logger, string registry, int missing, int size, string members);

    [LoggerMessage(621, LogLevel.Warning, "discovery: {Registry} does not answer ({Problem}); asking again in {Seconds} s")]
    public static partial void DiscoveryRetrying(this ILogger logger, string registry, string problem, long seconds);

    [LoggerMessage(622, LogLevel.Information, "discovery: {Registry} is complete: {Members}")]
    public static partial void DiscoveryDone(this ILogger logger, string registry, string members);

    [LoggerMessage(623, LogLevel.Information,
        "discovery is not used: {DataDirectory} holds a member that has found its cluster before")]
    public static partial void DiscoveryNotNeeded(this ILogger logger, string dataDirectory);
}
