// One after the other, in the order in which they came, without holding up a thread.
namespace Kv.Node.Threads;

/// <summary>Gives turns to those who wait for them.</summary>
internal sealed class Turns
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private bool _isTaken;

    /// <summary>Waits for a turn, which <see cref="End"/> ends.</summary>
    /// <exception cref="OperationCanceledException">The token came first: there is no turn.</exception>
    public async Task TakeAsync(CancellationToken token)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }

            turn = Promise.New();
            _waiting.Enqueue(turn);
        }

        await using (token.UnsafeRegister(static turn => ((TaskCompletionSource)turn!).TrySetCanceled(), turn))
        {
            await turn.Task;
        }
    }

    /// <summary>Ends a turn; the next begins.</summary>
    public void End()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _isTaken = false;
        }
    }
}
