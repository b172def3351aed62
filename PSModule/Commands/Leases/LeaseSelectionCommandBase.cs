// Cmdlets that do something with each lease they are given.

using System.Management.Automation;
using Kv.PowerShell.Completion;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that change leases.</summary>
public abstract class LeaseSelectionCommandBase : KvConnectedCommandBase
{
    /// <summary>Ids of leases: numbers, or text as etcdctl prints it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation]
    [ValidateRange(1, long.MaxValue)]
    [ArgumentCompleter(typeof(KvLeaseCompleter))]
    public long[] LeaseId { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(LeaseId, Change);

    private protected abstract void Change(long id);

    private protected static string Target(long id) => $"lease {id:x16}";
}
