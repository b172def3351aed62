// Puts the node's log in the place of the platform's.
using Kv.Node.Options;

namespace Kv.Node.Diagnostics;

/// <summary>Sets logging up.</summary>
internal static class LogSetup
{
    /// <summary>Makes all messages go where the options say, in the form and from the level the options name.
    /// Messages of libraries are shown from warnings up, unless everything is asked for.</summary>
    public static ILoggingBuilder AddNodeLog(this ILoggingBuilder logging, NodeOptions options) =>
        logging.AddNodeLog(options, LogOutputs.Open(options.LogOutputs), TimeProvider.System);

    /// <summary>As the other, to any stream.</summary>
    internal static ILoggingBuilder AddNodeLog(
        this ILoggingBuilder logging, NodeOptions options, Stream output, TimeProvider clock)
    {
        var level = LogLevels.Parse(options.LogLevel);
        var libraries = level == LogLevel.Debug ? LogLevel.Information
            : level > LogLevel.Warning ? level
            : LogLevel.Warning;
        logging.ClearProviders();
        logging.SetMinimumLevel(libraries);
        logging.AddFilter("Kv.Node", level);
        // A port that cannot be bound ends the start with a line of our own.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // What it has to say of a connection is what that client did wrong, at length and as often as it likes.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None);
        logging.AddProvider(new NodeLoggerProvider(LogFormat.Of(options.LogFormat), output, clock));
        return logging;
    }
}
