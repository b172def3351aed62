// Where the engine's work runs. A port: the simulator runs all of it on one thread, in an order of its own.
using Kv.Node.Engine;

namespace Kv.Node.Threads;

/// <summary>Threads.</summary>
internal interface IThreads
{
    /// <summary>Gives a piece of work its turns whenever its signal is set, until the answer is disposed; then a
    /// last one for what still waits.</summary>
    /// <param name="name">Of the thread, for whoever looks.</param>
    /// <param name="work">What to do.</param>
    /// <param name="onFault">Told, once, if a turn failed; there is no other then.</param>
    IDisposable Serve(string name, IWork work, Action<Exception> onFault);

    /// <summary>Runs something in the background.</summary>
    Task Run(Action action);

    /// <summary>Runs something in the background; done when that is.</summary>
    Task Run(Func<Task> action);
}
