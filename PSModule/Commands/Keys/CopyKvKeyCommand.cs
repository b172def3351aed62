// Copy-KvKey: the value and the lease under another name.

using System.Management.Automation;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Copies keys.</summary>
[Cmdlet(VerbsCommon.Copy, "KvKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(KvKey))]
public sealed class CopyKvKeyCommand : KeyTransferCommandBase
{
    /// <summary>Makes the command.</summary>
    public CopyKvKeyCommand()
        : base("Copy", false)
    {
    }
}
