// Rename-KvKey: in one step nobody sees in between.

using System.Management.Automation;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Renames keys.</summary>
[Cmdlet(VerbsCommon.Rename, "KvKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(KvKey))]
public sealed class RenameKvKeyCommand : KeyTransferCommandBase
{
    /// <summary>Makes the command.</summary>
    public RenameKvKeyCommand()
        : base("Rename", true)
    {
    }
}
