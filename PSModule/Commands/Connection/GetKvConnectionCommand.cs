// Get-KvConnection: the open connections of this runspace.

using System.Management.Automation;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Lists open connections.</summary>
[Cmdlet(VerbsCommon.Get, "KvConnection")]
[OutputType(typeof(KvConnection))]
public sealed class GetKvConnectionCommand : KvCommandBase
{
    /// <summary>Only the connections with these numbers.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public int[]? Id { get; set; }

    /// <summary>Only the default connection.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var connection in Session.Connections())
        {
            if ((Id is null || System.Array.IndexOf(Id, connection.Id) >= 0)
                && (!Default || ReferenceEquals(connection, Session.Default)))
            {
                WriteObject(connection);
            }
        }
    }
}
