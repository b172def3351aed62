// The threads of a process: one for each piece of work that goes on, the pool for the rest.
using Kv.Node.Engine;

namespace Kv.Node.Threads;

/// <summary>Threads of this process.</summary>
internal sealed class ProcessThreads : IThreads
{
    public static ProcessThreads Instance { get; } = new();

    public IDisposable Serve(string name, IWork work, Action<Exception> onFault)
    {
        var worker = new Worker(name, work, onFault);
        worker.Start();
        return worker;
    }

    public Task Run(Action action) => Task.Run(action);

    public Task Run(Func<Task> action) => Task.Run(action);
}
