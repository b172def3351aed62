// Get-KvLease: leases, with the time they have left.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets leases.</summary>
[Cmdlet(VerbsCommon.Get, "KvLease")]
[OutputType(typeof(KvLease))]
public sealed class GetKvLeaseCommand : KvConnectedCommandBase
{
    /// <summary>Ids of leases; without it all there are.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation]
    [ValidateRange(1, long.MaxValue)]
    [ArgumentCompleter(typeof(KvLeaseCompleter))]
    public long[]? LeaseId { get; set; }

    /// <summary>Read the keys attached to each as well.</summary>
    [Parameter]
    public SwitchParameter IncludeKey { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in LeaseId ?? All())
        {
            try
            {
                WriteObject(new KvLease(Send((client, call) => client.LeaseTimeToLiveAsync(id, IncludeKey, call))));
            }
            catch (KvNotFoundException) when (LeaseId is null)
            {
                // It ended between the list and the question.
            }
            catch (KvException failure)
            {
                Report(failure, id);
            }
        }
    }

    private long[] All()
    {
        try
        {
            return [.. Send(static (client, call) => client.LeaseListAsync(call)).Leases.Select(static l => l.Id)];
        }
        catch (KvException failure)
        {
            End(failure, Used);
            throw;
        }
    }
}
