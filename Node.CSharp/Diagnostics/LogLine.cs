// One log message on its way out.
namespace Kv.Node.Diagnostics;

/// <summary>A message to be written.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Level">How bad.</param>
/// <param name="Area">Which part of the node.</param>
/// <param name="Event">Its number; 0 for messages of libraries.</param>
/// <param name="Text">The message.</param>
/// <param name="Fields">Its parameters, under their names.</param>
/// <param name="Error">What went wrong, if anything.</param>
internal readonly record struct LogLine(
    DateTimeOffset Time,
    LogLevel Level,
    string Area,
    int Event,
    string Text,
    IReadOnlyList<KeyValuePair<string, object?>> Fields,
    Exception? Error);
