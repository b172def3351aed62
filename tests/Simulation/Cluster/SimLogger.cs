// What a node says goes into the trace, if somebody wants to read it.
using Microsoft.Extensions.Logging;

namespace Kv.Simulation.Cluster;

internal sealed class SimLogger(World world, SimMember member) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => world.Trace.IsKept;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            world.Trace.Say(member.Name, $"says: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}");
        }
    }
}
