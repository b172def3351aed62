// What systemd is told (sd_notify(3)): ready, stopping, and signs of life for its watchdog, which are given
// only while the Raft loop turns. Without systemd nothing happens.
using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Kv.Node.Hosting;

/// <summary>The service manager this process was started by.</summary>
internal sealed class ServiceManager : IDisposable
{
    private static readonly ServiceState SignOfLife = new("WATCHDOG=1");

    private readonly SystemdNotifier _notifier = new();
    private Timer? _watchdog;

    /// <summary>The node serves. From now on the watchdog is kept quiet.</summary>
    /// <param name="sinceLastTurn">How long ago the Raft loop was seen at work.</param>
    public void Ready(Func<TimeSpan> sinceLastTurn)
    {
        _notifier.Notify(ServiceState.Ready);
        if (WatchdogTime() is not { } time)
        {
            return;
        }

        // Twice in the time it allows, as its manual advises.
        _watchdog = new Timer(
            _ =>
            {
                if (sinceLastTurn() < time / 2)
                {
                    _notifier.Notify(SignOfLife);
                }
            },
            null, TimeSpan.Zero, time / 2);
    }

    public void Stopping()
    {
        _watchdog?.Dispose();
        _notifier.Notify(ServiceState.Stopping);
    }

    public void Dispose() => _watchdog?.Dispose();

    private static TimeSpan? WatchdogTime() =>
        long.TryParse(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
        && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
}
