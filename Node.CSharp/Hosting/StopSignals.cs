// SIGTERM and SIGINT ask for an orderly stop; a second one ends the process at once.
using System.Runtime.InteropServices;

namespace Kv.Node.Hosting;

/// <summary>Turns the stop signals into a cancelled token.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>Asks for the stop in another way than by a signal. The caller's thread does not run it.</summary>
    public void Request() => _ = _stop.CancelAsync();

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            Environment.Exit(1);
        }

        Request();
    }
}
