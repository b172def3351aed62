// Add-KvMember: announces a member that is started afterwards.

using System.Management.Automation;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Adds a member to the cluster.</summary>
[Cmdlet(VerbsCommon.Add, "KvMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(KvMember))]
public sealed class AddKvMemberCommand : KvConnectedCommandBase
{
    /// <summary>Where the other members will reach it, such as http://10.0.0.4:2380.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] PeerUrl { get; set; } = [];

    /// <summary>It gets the log and has no vote until it is promoted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter Learner { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var target = string.Join(", ", PeerUrl);
        if (!ShouldProcess(target, Learner ? "Add a learner" : "Add a member"))
        {
            return;
        }

        try
        {
            var request = new MemberAddRequest { PeerUrls = PeerUrl, IsLearner = Learner };
            WriteObject(new KvMember(Send((client, call) => client.MemberAddAsync(request, call)).Member)
            {
                Status = KvMemberStatus.NotStarted,
            });
        }
        catch (KvException failure)
        {
            Report(failure, target);
        }
    }
}
