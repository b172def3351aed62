// Unlock-KvResource: gives locks back.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Gives locks back.</summary>
[Cmdlet(VerbsCommon.Unlock, "KvResource", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    DefaultParameterSetName = "InputObject")]
[OutputType(typeof(void))]
public sealed class UnlockKvResourceCommand : KvConnectedCommandBase
{
    /// <summary>Locks from Lock-KvResource.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvLock[] InputObject { get; set; } = [];

    /// <summary>Keys of locks, also of other sessions: whoever holds one does not any more.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LockKey", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] LockKey { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ForEach(InputObject, held =>
        {
            if (ShouldProcess($"lock '{held.Name}'", "Give back"))
            {
                // First the key, so that the next in line need not wait for the lease.
                Send((client, call) => client.UnlockAsync(held.RawKey, call));
                held.Release(WriteVerbose, Stop);
            }
        });
        ForEach(LockKey, key =>
        {
            if (ShouldProcess($"lock '{key}'", "Give back"))
            {
                Send((client, call) => client.UnlockAsync(KvText.Encode(key), call));
            }
        });
    }
}
