// Disconnect-KvCluster: closes a connection, or the default one.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Provider;

namespace Kv.PowerShell.Commands;

/// <summary>Closes connections.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "KvCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(void))]
public sealed class DisconnectKvClusterCommand : KvCommandBase
{
    /// <summary>The connections to close; without it, the default one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public KvConnection[]? Connection { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var connections = Connection ?? (Session.Default is { } single ? [single] : []);
        if (connections.Length == 0)
        {
            Report(
                new KvConnectionException(
                    KvErrorId.NotConnected, ErrorCategory.ObjectNotFound, "There is no connection to close."),
                null);
        }

        foreach (var connection in connections)
        {
            if (ShouldProcess(connection.ToString(), "Disconnect"))
            {
                foreach (var drive in SessionState.Drive.GetAllForProvider(KvStoreProvider.ProviderName)
                    .OfType<KvDrive>().Where(d => d.Connection == connection).ToList())
                {
                    SessionState.Drive.Remove(drive.Name, true, "global");
                }

                Session.Close(connection);
            }
        }
    }
}
