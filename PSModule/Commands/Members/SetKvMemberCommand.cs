// Set-KvMember: gives a learner its vote, or a member other URLs.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Changes members of the cluster.</summary>
[Cmdlet(VerbsCommon.Set, "KvMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = "Name")]
[OutputType(typeof(KvMember))]
public sealed class SetKvMemberCommand : MemberSelectionCommandBase
{
    /// <summary>Make a learner a member with a vote.</summary>
    [Parameter]
    public SwitchParameter Promote { get; set; }

    /// <summary>Where the other members reach it from now on.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PeerUrl { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (!Promote && PeerUrl is null)
        {
            End(
                new KvRequestException(ErrorCategory.InvalidArgument, "Say what to change: -Promote or -PeerUrl.")
                {
                    EndsCommand = true,
                },
                null);
        }
    }

    private protected override void Change(KvMember member)
    {
        if (PeerUrl is not null && ShouldProcess(member.ToString(), $"Set peer URLs to {string.Join(", ", PeerUrl)}"))
        {
            Write(Send((client, call) => client.MemberUpdateAsync(member.Id, PeerUrl, call)), member);
        }

        if (Promote && ShouldProcess(member.ToString(), "Promote"))
        {
            Write(Send((client, call) => client.MemberPromoteAsync(member.Id, call)), member);
        }
    }

    private void Write(MemberListResponse members, KvMember member)
    {
        if (PassThru && members.Members.FirstOrDefault(m => m.Id == member.Id) is { } changed)
        {
            WriteObject(new KvMember(changed));
        }
    }
}
