// How a log message becomes bytes.
using System.Buffers;

namespace Kv.Node.Diagnostics;

/// <summary>Writes log messages in one of the forms <c>--log-format</c> names.</summary>
internal abstract class LogFormat
{
    /// <summary>RFC 3339, as log collectors expect it.</summary>
    protected const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>The form of that name.</summary>
    public static LogFormat Of(string name) => name switch
    {
        "json" => new JsonLogFormat(),
        "console" => new ConsoleLogFormat(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no log format"),
    };

    /// <summary>Writes a message with the line end behind it.</summary>
    public abstract void Write(in LogLine line, IBufferWriter<byte> output);
}
