namespace Kv.Node.Engine;

/// <summary>Wakes one worker; setting it again while it is set costs an interlocked exchange.</summary>
internal sealed class WorkSignal : IDisposable
{
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 20);
    private int _signalled;

    public void Set()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wake.Set();
        }
    }

    /// <summary>Waits until set, and clears it. What was queued before <see cref="Set"/> is visible to
    /// the turn that follows.</summary>
    public void Wait(CancellationToken token)
    {
        _wake.Wait(token);
        _wake.Reset();
        Interlocked.Exchange(ref _signalled, 0);
    }

    public void Dispose() => _wake.Dispose();
}
