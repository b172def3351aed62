// Writes log messages to one stream, each before the call returns: what a node said before it died is
// there to be read. The log is quiet in normal work, so nothing waits for it.
using System.Buffers;
using System.Collections.Concurrent;

namespace Kv.Node.Diagnostics;

/// <summary>The node's log.</summary>
/// <param name="format">How messages look.</param>
/// <param name="output">Where they go; not closed.</param>
/// <param name="clock">When they happen.</param>
internal sealed class NodeLoggerProvider(LogFormat format, Stream output, TimeProvider clock) : ILoggerProvider
{
    private const string OwnPrefix = "Kv.Node.";

    private readonly ConcurrentDictionary<string, NodeLogger> _loggers = new(StringComparer.Ordinal);

    private readonly ArrayBufferWriter<byte> _buffer = new();

    private readonly Lock _writing = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        _loggers.GetOrAdd(categoryName, name => new NodeLogger(this, AreaOf(name)));

    public void Dispose()
    {
        // The stream is the process's own.
    }

    /// <summary>Writes one message.</summary>
    internal void Write(
        LogLevel level,
        string area,
        int id,
        string text,
        IReadOnlyList<KeyValuePair<string, object?>> fields,
        Exception? error)
    {
        var line = new LogLine(clock.GetUtcNow(), level, area, id, text, fields, error);
        lock (_writing)
        {
            _buffer.ResetWrittenCount();
            format.Write(line, _buffer);
            try
            {
                output.Write(_buffer.WrittenSpan);
                output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more, and there is no other place to say so.
            }
        }
    }

    // "Kv.Node.Peers.PeerTransport" belongs to the area "peers"; libraries keep their full name.
    private static string AreaOf(string category)
    {
        if (!category.StartsWith(OwnPrefix, StringComparison.Ordinal))
        {
            return category;
        }

        var area = category[OwnPrefix.Length..];
        var end = area.IndexOf('.');
        return (end < 0 ? area : area[..end]).ToLowerInvariant();
    }
}
