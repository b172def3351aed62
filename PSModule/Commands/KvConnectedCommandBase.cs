// What every cmdlet has that talks to a cluster: the connection, the time limit, and requests that
// report themselves on the verbose and debug streams.

using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that use a connection.</summary>
public abstract class KvConnectedCommandBase : KvCommandBase
{
    private KvConnection? _used;

    /// <summary>The connection to use; without it, the runspace's default one.</summary>
    [Parameter]
    [ValidateNotNull]
    public virtual KvConnection? Connection { get; set; }

    /// <summary>Seconds one request may take; without it, what Connect-KvCluster was given.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; }

    private protected KvConnection Used => _used ?? throw new InvalidOperationException("BeginProcessing comes first.");

    private protected TimeSpan? GivenTimeout => TimeoutSec > 0 ? TimeSpan.FromSeconds(TimeoutSec) : null;

    /// <inheritdoc/>
    protected override void BeginProcessing() => Use();

    /// <summary>Makes the connection given, or the default one, the one that requests go through.</summary>
    private protected void Use()
    {
        var connection = Connection ?? Session.Default;
        if (connection is not { IsOpen: true })
        {
            End(NotConnected(connection), connection);
        }

        _used = connection;
    }

    /// <summary>Makes one request and waits for it.</summary>
    private protected T Send<T>(Func<KvClient, KvCall, Task<T>> request) =>
        Send(request, GivenTimeout ?? Used.OperationTimeout);

    /// <summary>Makes one request and waits for it for this long.</summary>
    private protected T Send<T>(Func<KvClient, KvCall, Task<T>> request, TimeSpan timeout)
    {
        var call = new KvCall(timeout, Stop);
        try
        {
            return Wait(request(Used.Client, call));
        }
        finally
        {
            Write(call);
        }
    }

    /// <summary>Does the same to each item; the failure of one does not keep the others from it.</summary>
    private protected void ForEach<T>(IEnumerable<T> items, Action<T> act)
    {
        foreach (var item in items)
        {
            try
            {
                act(item);
            }
            catch (KvException failure)
            {
                Report(failure, item);
            }
        }
    }

    private void Write(KvCall call)
    {
        while (call.TryTakeNote(out var note))
        {
            WriteNote(note);
        }
    }

    private protected void WriteNote(KvNote note) => note.Write(WriteVerbose, WriteDebug, WriteWarning);

    private static KvConnectionException NotConnected(KvConnection? closed) => new(
        KvErrorId.NotConnected,
        ErrorCategory.ConnectionError,
        closed is null ? "There is no connection to a cluster." : "The connection has been closed by Disconnect-KvCluster.")
    {
        EndsCommand = true,
        RecommendedAction = "Run Connect-KvCluster first, or pass a connection with -Connection.",
    };
}
