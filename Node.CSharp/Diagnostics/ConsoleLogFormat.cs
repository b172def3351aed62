// Lines for people. A message is one line whatever was in its parameters, so that nothing a stranger
// sends can look like a message of its own; only a stack trace takes more.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Kv.Node.Diagnostics;

/// <summary>The form for people.</summary>
internal sealed class ConsoleLogFormat : LogFormat
{
    /// <inheritdoc/>
    public override void Write(in LogLine line, IBufferWriter<byte> output)
    {
        var text = new StringBuilder(128)
            .Append(line.Time.ToString(TimeFormat, CultureInfo.InvariantCulture))
            .Append(' ').Append(LogLevels.NameOf(line.Level).PadRight(5))
            .Append(' ').Append(line.Area).Append(": ");
        foreach (var character in line.Text)
        {
            text.Append(char.IsControl(character) ? ' ' : character);
        }

        text.Append('\n');
        if (line.Error is { } error)
        {
            text.Append("    ").Append(error.ToString().ReplaceLineEndings("\n    ")).Append('\n');
        }

        Encoding.UTF8.GetBytes(text.ToString(), output);
    }
}
