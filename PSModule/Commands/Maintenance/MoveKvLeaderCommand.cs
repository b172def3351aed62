// Move-KvLeader: hands leadership to a member. Only the leader can do it, so it is found and asked.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Makes a member the leader.</summary>
[Cmdlet(VerbsCommon.Move, "KvLeader", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = "Name")]
[OutputType(typeof(KvMember))]
public sealed class MoveKvLeaderCommand : MemberSelectionCommandBase
{
    private protected override void Change(KvMember member)
    {
        var leader = Send(MemberSurvey.AskAsync).FirstOrDefault(static m => m.IsLeader)
            ?? throw new KvConnectionException(
                KvErrorId.NoLeader, ErrorCategory.ResourceUnavailable, "The cluster has no leader to hand over from.");
        if (leader.Id != member.Id && ShouldProcess($"{member} ({member.HexId})", $"Make it the leader instead of {leader}"))
        {
            Send((client, call) => MemberSurvey.AtAsync(leader, e => client.MoveLeaderAsync(e, member.Id, call)));
        }

        if (PassThru)
        {
            WriteObject(member);
        }
    }
}
