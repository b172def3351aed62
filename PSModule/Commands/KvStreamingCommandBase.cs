// Cmdlets that emit what arrives until stopped. Producers run in the background and only fill a
// bounded queue; everything PowerShell-facing happens on the pipeline thread, which takes from it.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that stream.</summary>
public abstract class KvStreamingCommandBase : KvConnectedCommandBase
{
    private static readonly TimeSpan ProducerEnd = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs the producers and writes what they deliver, until all have ended, the handler of
    /// an item returns false, or the user stops the command.</summary>
    private protected void Pump(
        IReadOnlyCollection<Func<StreamWriter, CancellationToken, Task>> producers, Func<object, bool> write)
    {
        using var scope = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writer = new StreamWriter(scope.Token);
        var running = Task.WhenAll(producers.Select(produce => RunAsync(produce, writer, scope.Token)));
        var completing = running.ContinueWith(
            _ => writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            while (writer.TryTake(out var item) && WriteItem(item, write))
            {
            }

            if (running.IsFaulted)
            {
                running.GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            throw new System.Management.Automation.PipelineStoppedException();
        }
        finally
        {
            // Also reached when a downstream command ends the pipeline from inside WriteObject.
            scope.Cancel();
            if (completing.Wait(ProducerEnd))
            {
                writer.Dispose();
            }
        }
    }

    private bool WriteItem(object item, Func<object, bool> write)
    {
        switch (item)
        {
            case KvNote note:
                WriteNote(note);
                return true;
            case KvException failure:
                End(failure, null);
                return false;
            default:
                return write(item);
        }
    }

    private static async Task RunAsync(
        Func<StreamWriter, CancellationToken, Task> produce, StreamWriter writer, CancellationToken stop)
    {
        try
        {
            await Task.Run(() => produce(writer, stop), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The command is over; nobody listens any more.
        }
        catch (KvException failure)
        {
            writer.Fail(failure);
        }
    }
}
