// Where recordings are below a directory: that of one member, or those of several beside each other, as a simulator
// leaves them or somebody collects them after an incident.
using Kv.Node.Recording;

namespace Kv.Node.Replay;

/// <summary>Finds recordings.</summary>
internal static class RecordingDirectories
{
    /// <summary>The directories of segments: of the data directory given, its member directory or its recorder
    /// directory; or else of those in it, in order of their names.</summary>
    public static IReadOnlyList<string> Find(string directory)
    {
        if (FindOne(directory) is { } one)
        {
            return [one];
        }

        return Directory.Exists(directory)
            ? [.. Directory.GetDirectories(directory).Order(StringComparer.Ordinal).Select(FindOne).OfType<string>()]
            : [];
    }

    private static string? FindOne(string directory) =>
        new[] { Path.Combine(directory, "member", "recorder"), Path.Combine(directory, "recorder"), directory }
            .FirstOrDefault(HasSegments);

    private static bool HasSegments(string directory) =>
        Directory.Exists(directory)
        && Directory.GetFiles(directory).Any(path => RecordingFormat.TryParseName(Path.GetFileName(path), out _));
}
