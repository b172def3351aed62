// A token that ends with any of several others, or when its time by the engine's clock is over.
namespace Kv.Node.Threads;

/// <summary>A cancellation token with a limit in time.</summary>
internal sealed class BoundedToken : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _any;

    /// <param name="clock">Times it.</param>
    /// <param name="limit">When it ends at the latest.</param>
    /// <param name="one">Ends it earlier.</param>
    /// <param name="other">Ends it earlier, too.</param>
    public BoundedToken(TimeProvider clock, TimeSpan limit, CancellationToken one, CancellationToken other)
    {
        _time = new CancellationTokenSource(limit, clock);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, one, other);
    }

    public CancellationToken Token => _any.Token;

    public void Dispose()
    {
        _any.Dispose();
        _time.Dispose();
    }
}
