// The two forms of a story: lines for people, with the time as in the log, and JSON for programs.
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kv.Node.Replay;

/// <summary>Writes lines of a story.</summary>
internal abstract class StoryWriter
{
    /// <summary>A time as in the log.</summary>
    public static string Show(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes a line of this member's story.</summary>
    public abstract void Write(string member, Told line);

    /// <summary>Says that everything was replayed.</summary>
    public abstract void End(long steps, bool isDamaged);
}

/// <summary>For people.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="isOfSeveral">Say whose line it is.</param>
internal sealed class TextStoryWriter(TextWriter output, bool isOfSeveral) : StoryWriter
{
    public override void Write(string member, Told line) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{Show(line.Time)} {(isOfSeveral ? member + " " : "")}term {line.Term} {line.Kind + ":",-11} {line.Text.ReplaceLineEndings("\n    ")}"));

    public override void End(long steps, bool isDamaged) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"replayed {steps} steps; each came to what it did on the node{(isDamaged ? ", but part of the recording cannot be read (see above)" : "")}"));
}

/// <summary>For programs.</summary>
/// <param name="output">Where it goes.</param>
internal sealed class JsonStoryWriter(TextWriter output) : StoryWriter
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write(string member, Told line) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            time = Show(line.Time),
            member,
            term = line.Term,
            step = line.Step,
            kind = line.Kind,
            text = line.Text,
            file = line.Place.File,
            offset = line.Place.Offset,
        },
        Options));

    public override void End(long steps, bool isDamaged) =>
        output.WriteLine(JsonSerializer.Serialize(new { kind = "end", steps, damaged = isDamaged }, Options));
}
