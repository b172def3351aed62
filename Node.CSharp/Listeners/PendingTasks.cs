// Owns tasks that run beside a loop, so that none is forgotten when the loop ends. Finished tasks
// drop out by themselves; the tasks must not throw.
namespace Kv.Node.Listeners;

/// <summary>A set of running tasks that can be waited for.</summary>
internal sealed class PendingTasks
{
    private readonly HashSet<Task> _tasks = [];

    /// <summary>Takes charge of a task.</summary>
    public void Add(Task task)
    {
        if (task.IsCompleted)
        {
            return;
        }

        lock (_tasks)
        {
            _tasks.Add(task);
        }

        task.ContinueWith(
            Remove,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Completes when all tasks added so far have.</summary>
    public Task WhenAllAsync()
    {
        lock (_tasks)
        {
            return Task.WhenAll(_tasks.ToArray());
        }
    }

    private void Remove(Task task)
    {
        lock (_tasks)
        {
            _tasks.Remove(task);
        }
    }
}
