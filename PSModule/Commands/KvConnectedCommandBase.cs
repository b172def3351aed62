// What every cmdlet has that talks to a cluster: the connection, the time limit, and requests that
// report themselves on the verbose and debug streams.

using System;
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
    public KvConnection? Connection { get; set; }

    /// <summary>Seconds one request may take; without it, what Connect-KvCluster was given.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; }

    private protected KvConnection Used => _used ?? throw new InvalidOperationException("BeginProcessing comes first.");

    private protected TimeSpan? GivenTimeout => TimeoutSec > 0 ? TimeSpan.FromSeconds(TimeoutSec) : null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var connection = Connection ?? Session.Default;
        if (connection is not { IsOpen: true })
        {
            End(NotConnected(connection), connection);
        }

        _used = connection;
    }

    /// <summary>Makes one request and waits for it.</summary>
    private protected T Send<T>(Func<KvClient, KvCall, Task<T>> request)
    {
        var call = new KvCall(GivenTimeout ?? Used.OperationTimeout, Stop);
        try
        {
            return Wait(request(Used.Client, call));
        }
        finally
        {
            Write(call);
        }
    }

    private void Write(KvCall call)
    {
        while (call.TryTakeNote(out var note))
        {
            WriteNote(note);
        }
    }

    private protected void WriteNote(KvNote note)
    {
        switch (note.Kind)
        {
            case KvNoteKind.Verbose:
                WriteVerbose(note.Text);
                break;
            case KvNoteKind.Debug:
                WriteDebug(note.Text);
                break;
            default:
                WriteWarning(note.Text);
                break;
        }
    }

    private static KvConnectionException NotConnected(KvConnection? closed) => new(
        KvErrorId.NotConnected,
        ErrorCategory.ConnectionError,
        closed is null ? "There is no connection to a cluster." : "The connection has been closed by Disconnect-KvCluster.")
    {
        EndsCommand = true,
        RecommendedAction = "Run Connect-KvCluster first, or pass a connection with -Connection.",
    };
}
