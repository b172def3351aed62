// Lock-KvResource: takes a lock and keeps it until Unlock-KvResource.

using System.Management.Automation;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Takes a lock.</summary>
[Cmdlet(VerbsCommon.Lock, "KvResource", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(KvLock))]
public sealed class LockKvResourceCommand : LockCommandBase
{
    /// <summary>A lease the lock is to depend on, which is not renewed; without it a new one is, until the lock
    /// is given back.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IdTransformation]
    [ValidateRange(1, long.MaxValue)]
    [ArgumentCompleter(typeof(KvLeaseCompleter))]
    public long LeaseId { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"lock '{Name}'", "Take"))
        {
            return;
        }

        try
        {
            WriteObject(Take(LeaseId));
        }
        catch (KvException failure)
        {
            Report(failure, Name);
        }
    }
}
