// Remove-KvMember: takes members out of the cluster for good; their ids never come back.

using System.Management.Automation;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Removes members from the cluster.</summary>
[Cmdlet(VerbsCommon.Remove, "KvMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Name")]
[OutputType(typeof(KvMember))]
public sealed class RemoveKvMemberCommand : MemberSelectionCommandBase
{
    private protected override void Change(KvMember member)
    {
        if (ShouldProcess($"{member} ({member.HexId})", "Remove from the cluster"))
        {
            Send((client, call) => client.MemberRemoveAsync(member.Id, call));
            if (PassThru)
            {
                WriteObject(member);
            }
        }
    }
}
