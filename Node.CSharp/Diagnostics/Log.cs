// Every log message of the node is a source-generated method of this class, in one partial file an
// area, so that ids stay unique and texts can be searched. Nothing secret is ever a parameter.
namespace Kv.Node.Diagnostics;

/// <summary>The node's log messages. Event ids by area: 100 start and stop, 200 engine, 300 log and
/// snapshots on disk, 400 peers, 500 client services.</summary>
internal static partial class Log
{
    /// <summary>Lines a second about who was refused.</summary>
    private const int RefusalsPerSecond = 20;

    private static readonly LineBudget Refusals = new(RefusalsPerSecond, TimeProvider.System);

    [LoggerMessage(190, LogLevel.Warning, "{Untold} others were refused before this, untold")]
    private static partial void TellUntoldRefusals(this ILogger logger, int untold);

    private static void TellUntold(this ILogger logger, int untold)
    {
        if (untold > 0)
        {
            logger.TellUntoldRefusals(untold);
        }
    }
}
