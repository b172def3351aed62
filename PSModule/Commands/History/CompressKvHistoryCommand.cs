// Compress-KvHistory: drops what keys were before a revision.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

/// <summary>Compacts the history.</summary>
[Cmdlet(VerbsData.Compress, "KvHistory", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Revision")]
[OutputType(typeof(void))]
public sealed class CompressKvHistoryCommand : KvConnectedCommandBase
{
    /// <summary>The oldest revision that is kept.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Revision", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ModRevision")]
    [ValidateRange(1, long.MaxValue)]
    public long Revision { get; set; }

    /// <summary>Keep this many of the newest revisions.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Keep", ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, long.MaxValue)]
    public long Keep { get; set; }

    /// <summary>Come back when the space is freed on the member asked, not just when the cluster has agreed.</summary>
    [Parameter]
    public SwitchParameter Physical { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var revision = ParameterSetName == "Keep" ? Send(static (client, call) => client.RevisionAsync(call)) - Keep : Revision;
            if (revision > 0 && ShouldProcess(System.FormattableString.Invariant($"history before revision {revision}"), "Compact"))
            {
                Send((client, call) => client.CompactAsync(revision, Physical, call));
            }
        }
        catch (KvException failure)
        {
            Report(failure, Revision);
        }
    }
}
