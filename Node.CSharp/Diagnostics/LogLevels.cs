// Etcd's names of log levels. Panic and fatal end the process there; here both are critical.
namespace Kv.Node.Diagnostics;

/// <summary>Names of log levels.</summary>
internal static class LogLevels
{
    /// <summary>The level of a <c>--log-level</c> name.</summary>
    public static LogLevel Parse(string name) => name switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "panic" or "fatal" => LogLevel.Critical,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no log level"),
    };

    /// <summary>The name a level is logged with.</summary>
    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical => "fatal",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "no log level"),
    };
}
