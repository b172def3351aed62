// Get-KvMember: the membership, and what each member says of itself. All members are asked at the
// same time, so that one that is down does not hold up the rest.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Lists the members of the cluster.</summary>
[Cmdlet(VerbsCommon.Get, "KvMember", DefaultParameterSetName = "Name")]
[OutputType(typeof(KvMember))]
public sealed class GetKvMemberCommand : KvConnectedCommandBase
{
    private readonly List<(KvMember Member, StatusResponse? Status)> _known = [];

    /// <summary>Names of members, with wildcards.</summary>
    [Parameter(ParameterSetName = "Name", Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvMemberCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Ids of members, as numbers or in hexadecimal.</summary>
    [Parameter(ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation]
    public ulong[]? Id { get; set; }

    /// <summary>Do not ask the members for their status.</summary>
    [Parameter]
    public SwitchParameter NoStatus { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            var members = Send(static (client, call) => client.MemberListAsync(call)).Members;
            _known.AddRange(NoStatus
                ? members.Select(static m => (new KvMember(m), (StatusResponse?)null))
                : Send((client, call) => Task.WhenAll(members.Select(m => AskAsync(client, m, call)))));
        }
        catch (KvException failure)
        {
            End(failure, Used);
        }

        MarkLeader();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var member in MemberMatches.Find([.. _known.Select(static k => k.Member)], Id, Name ?? ["*"], Report))
        {
            WriteObject(member);
        }
    }

    private static async Task<(KvMember Member, StatusResponse? Status)> AskAsync(KvClient client, Member member, KvCall call)
    {
        var known = new KvMember(member);
        if (known.ClientUrl.Length == 0)
        {
            known.Status = KvMemberStatus.NotStarted;
            return (known, null);
        }

        foreach (var url in known.ClientUrl)
        {
            try
            {
                var status = await client.StatusAsync(KvEndpoint.Parse(url), call).ConfigureAwait(false);
                Describe(known, status);
                return (known, status);
            }
            catch (KvException)
            {
                // Said on the verbose stream by the client; the next URL may do.
            }
        }

        known.Status = KvMemberStatus.Unreachable;
        return (known, null);
    }

    private static void Describe(KvMember member, StatusResponse status)
    {
        member.Status = status.Leader == 0 ? KvMemberStatus.NoLeader : KvMemberStatus.Online;
        member.ServerVersion = status.Version;
        member.DbSize = status.DbSize;
        member.RaftTerm = status.RaftTerm;
        member.RaftIndex = status.RaftIndex;
        member.RaftAppliedIndex = status.RaftAppliedIndex;
    }

    /// <summary>The member of the highest term knows best who leads.</summary>
    private void MarkLeader()
    {
        var leader = _known.Where(static k => k.Status is { Leader: not 0 })
            .OrderByDescending(static k => k.Status!.RaftTerm)
            .Select(static k => k.Status!.Leader)
            .FirstOrDefault();
        foreach (var (member, _) in _known)
        {
            member.IsLeader = leader != 0 && member.Id == leader;
        }
    }
}
