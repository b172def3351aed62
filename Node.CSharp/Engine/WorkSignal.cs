// Who takes the next turn of a piece of work. Usually its own thread; but waking a thread costs more
// than most turns of a quiet node, and a put needs several. So whoever brings something small to work
// that lies idle may take its turn at once. There is one right to run: it is taken when the work lies
// idle, and whoever holds it either finds nothing left or passes it on to the thread.
namespace Kv.Node.Engine;

/// <summary>Wakes a piece of work; setting it again while it is set costs an interlocked exchange.</summary>
/// <remarks>Nobody ever waits for the right to run, so a turn may bring work to any other piece of
/// work, and to itself.</remarks>
internal sealed class WorkSignal : IDisposable
{
    /// <summary>Most entries that are little enough work for a visit.</summary>
    public const int FewEntries = 8;

    /// <summary>Turns a visitor takes before the thread goes on with what still comes in.</summary>
    private const int VisitorTurnsMax = 2;

    private const int Idle = 0;
    private const int Running = 1;

    /// <summary>Somebody has the right to run, and there is something to do.</summary>
    private const int Pending = 2;

    private readonly ManualResetEventSlim _wake = new(false, spinCount: 20);
    private int _state;
    private volatile Action? _turn;
    private volatile Action<Exception>? _onFault;

    /// <summary>A visitor's turn failed; there must be no other.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>There is something to do.</summary>
    public bool IsPending => Volatile.Read(ref _state) == Pending;

    /// <summary>Nobody is at it, and visits are allowed.</summary>
    public bool IsIdle => Volatile.Read(ref _state) == Idle && _turn is not null;

    /// <summary>There is something to do; the thread will do it.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _state, Pending) == Idle)
        {
            _wake.Set();
        }
    }

    /// <summary>There is something small to do: it is done before this returns if the work lies idle,
    /// and by whoever is at it otherwise.</summary>
    public void SetAndVisit()
    {
        if (Interlocked.Exchange(ref _state, Pending) != Idle)
        {
            return;
        }

        // Whoever closed meanwhile may wait for this visitor to be gone, and for nothing else.
        if (_turn is not { } turn || !Visit(turn) || _turn is null)
        {
            _wake.Set();
        }
    }

    /// <summary>Allows visits from now on.</summary>
    /// <param name="turn">What a visitor does.</param>
    /// <param name="onFault">Told if it fails; the work is not done any more then.</param>
    public void Open(Action turn, Action<Exception> onFault) => (_onFault, _turn) = (onFault, turn);

    /// <summary>Allows no more visits. A turn under way ends by itself.</summary>
    public void Close() => _turn = null;

    /// <summary>The thread waits until the right to run is passed to it. What was queued before
    /// <see cref="Set"/> is visible to the turn that follows.</summary>
    public void Wait(CancellationToken token)
    {
        _wake.Wait(token);
        _wake.Reset();
    }

    /// <summary>The thread, which has the right to run, takes turns until there is nothing to do.</summary>
    /// <returns>False if it still has the right, because it was told to stop.</returns>
    public bool RunUntilIdle(Action turn, CancellationToken stop)
    {
        while (!TakeTurn(turn))
        {
            if (stop.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The thread takes the right to run, and keeps it: nobody else takes a turn any more.</summary>
    public void Claim()
    {
        Close();
        if (Interlocked.Exchange(ref _state, Pending) != Idle)
        {
            // A visitor is at it, or has just passed the right on.
            _wake.Wait();
        }
    }

    public void Dispose() => _wake.Dispose();

    // True if the visitor found nothing left; else the thread has the right next.
    private bool Visit(Action turn)
    {
        try
        {
            for (var i = 0; i < VisitorTurnsMax; i++)
            {
                if (TakeTurn(turn))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception fault)
        {
            IsBroken = true;
            _onFault!(fault);
            return false;
        }
    }

    private bool TakeTurn(Action turn)
    {
        Interlocked.Exchange(ref _state, Running);
        turn();
        return Interlocked.CompareExchange(ref _state, Idle, Running) == Running;
    }
}
