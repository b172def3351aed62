// The logger of one area.
namespace Kv.Node.Diagnostics;

/// <summary>Hands messages of one area to the log.</summary>
internal sealed class NodeLogger(NodeLoggerProvider log, string area) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    // Levels are filtered by the factory.
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        log.Write(
            logLevel,
            area,
            eventId.Id,
            formatter(state, exception),
            state as IReadOnlyList<KeyValuePair<string, object?>> ?? [],
            exception);
}
