// Work that takes a processor for long, one piece after another on a thread that gives way to all others: however
// much of it there is, what is quick is not kept waiting. (The thread pool has a thread a processor, and runs what it
// is given to the end.)
using System.Collections.Concurrent;
using Kv.Node.Grpc;

namespace Kv.Node.Threads;

/// <summary>A thread of low priority with a queue.</summary>
internal sealed class BackgroundThread : IDisposable
{
    private readonly BlockingCollection<Action> _work;

    /// <param name="name">Of the thread.</param>
    /// <param name="waitingMax">Pieces of work that wait at most.</param>
    public BackgroundThread(string name, int waitingMax)
    {
        _work = new BlockingCollection<Action>(waitingMax);
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Does a piece of work in its turn.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="token">Looked at when its turn has come.</param>
    /// <exception cref="EtcdException">Too much waits already.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken token)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isQueued = !_work.IsAddingCompleted && _work.TryAdd(() =>
        {
            if (token.IsCancellationRequested)
            {
                done.TrySetCanceled(token);
                return;
            }

            try
            {
                done.TrySetResult(work());
            }
#pragma warning disable CA1031 // Handed to who waits for it.
            catch (Exception error)
#pragma warning restore CA1031
            {
                done.TrySetException(error);
            }
        });
        return isQueued ? done.Task : throw EtcdErrors.TooManyRequests;
    }

    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        ThreadNiceness.Lower();
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
