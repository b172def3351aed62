// Optimize-KvStorage: defragments members, one after the other, the leader last, so that the cluster
// keeps serving.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gives unused space of members back.</summary>
[Cmdlet(VerbsCommon.Optimize, "KvStorage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Name")]
[OutputType(typeof(KvMember))]
public sealed class OptimizeKvStorageCommand : MemberSelectionCommandBase
{
    private readonly System.Collections.Generic.List<KvMember> _chosen = [];

    private protected override void Change(KvMember member) => _chosen.Add(member);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_chosen.Count == 0)
        {
            return;
        }

        KvMember[] known = [];
        ForEach([Used], _ => known = Send(MemberSurvey.AskAsync));
        var order = _chosen.Distinct().OrderBy(m => known.Any(k => k.Id == m.Id && k.IsLeader)).ToList();
        ForEach(order, member =>
        {
            if (!ShouldProcess($"{member} ({member.HexId})", "Defragment"))
            {
                return;
            }

            Send((client, call) => MemberSurvey.AtAsync(member, e => client.DefragmentAsync(e, call)));
            if (PassThru)
            {
                WriteObject(member);
            }
        });
    }
}
