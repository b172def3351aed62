// What every cmdlet of the module has: one token that Ctrl-C cancels at once, waiting that gives way
// to it, and one way from an exception to an error record.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Commands;

/// <summary>Base of all cmdlets of the module.</summary>
public abstract class KvCommandBase : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _isDisposed;

    /// <summary>Fires when the user stops the command, and when the command ends.</summary>
    private protected CancellationToken Stop => _stop.Token;

    private protected static KvSession Session => KvSession.Current
        ?? throw new InvalidOperationException("A cmdlet runs in a runspace.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends whatever still runs for this command. Comes also when the pipeline was stopped,
    /// when EndProcessing does not.</summary>
    /// <param name="disposing">True when called by Dispose.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _stop.Cancel();
        }
    }

    /// <summary>Runs on another thread than the pipeline's, so it does no more than cancel.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>The path in the file system that is meant by one given in this session.</summary>
    private protected string FullPath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>Blocks the pipeline for a task, but not past Ctrl-C.</summary>
    private protected T Wait<T>(Task<T> task)
    {
        Wait((Task)task);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Blocks the pipeline for a task, but not past Ctrl-C.</summary>
    private protected void Wait(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Waits this long, or until Ctrl-C.</summary>
    internal void Pause(TimeSpan time)
    {
        if (Stop.WaitHandle.WaitOne(time))
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Writes the failure of one item; ends the command if no item can succeed.</summary>
    internal void Report(KvException failure, object? target)
    {
        if (failure.EndsCommand)
        {
            End(failure, target);
        }

        WriteError(failure.ToErrorRecord(target));
    }

    [DoesNotReturn]
    private protected void End(KvException failure, object? target)
    {
        ThrowTerminatingError(failure.ToErrorRecord(target));
        throw failure;
    }
}
