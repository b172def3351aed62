// Cmdlets that emit what arrives until stopped. Producers run in the background and only fill a
// bounded queue; everything PowerShell-facing happens on the pipeline thread, which takes from it.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that stream.</summary>
public abstract class KvStreamingCommandBase : KvConnectedCommandBase
{
    private static readonly TimeSpan ProducerEnd = TimeSpan.FromMilliseconds(300);

    private readonly List<object> _input = [];
    private Dictionary<string, object> _given = [];

    /// <summary>Run in the background; the job returned emits what the command would.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>The name of the job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JobName { get; set; }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        base.BeginProcessing();
        _given = MyInvocation.BoundParameters.ToDictionary(static p => p.Key, static p => p.Value);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (!AsJob)
        {
            Take();
            return;
        }

        TakeForJob();
        if (MyInvocation.ExpectingInput)
        {
            // All parameters that take piped objects take them by name too.
            var piped = new PSObject();
            foreach (var parameter in MyInvocation.BoundParameters.Where(p => !_given.ContainsKey(p.Key)))
            {
                piped.Properties.Add(new PSNoteProperty(parameter.Key, parameter.Value));
            }

            _input.Add(piped);
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        if (!AsJob)
        {
            Finish();
            return;
        }

        _given.Remove(nameof(AsJob));
        _given.Remove(nameof(JobName));
        _given[nameof(Connection)] = Used;
        PrepareJob(_given);
        var job = new KvJob(
            MyInvocation.Line, JobName, (CmdletInfo)MyInvocation.MyCommand, _given, _input, string.Join(",", Used.Endpoint));
        JobRepository.Add(job);
        job.Start();
        WriteObject(job);
    }

    /// <summary>Takes in one piped object.</summary>
    private protected abstract void Take();

    /// <summary>The same when it is for a job, which will take it in itself.</summary>
    private protected virtual void TakeForJob()
    {
    }

    /// <summary>Comes after the last piped object.</summary>
    private protected virtual void Finish()
    {
    }

    /// <summary>Changes the parameters the job gets, so that it does what the command would have done now.</summary>
    private protected virtual void PrepareJob(IDictionary<string, object> parameters)
    {
    }

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
            throw new PipelineStoppedException();
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
