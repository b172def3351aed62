// Get-KvMember: the membership, and what each member says of itself.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Lists the members of the cluster.</summary>
[Cmdlet(VerbsCommon.Get, "KvMember", DefaultParameterSetName = "Name")]
[OutputType(typeof(KvMember))]
public sealed class GetKvMemberCommand : KvConnectedCommandBase
{
    private KvMember[] _known = [];

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
            _known = NoStatus
                ? [.. Send(static (client, call) => client.MemberListAsync(call)).Members.Select(static m => new KvMember(m))]
                : Send(MemberSurvey.AskAsync);
        }
        catch (KvException failure)
        {
            End(failure, Used);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var member in MemberMatches.Find(_known, Id, Name ?? ["*"], Report))
        {
            WriteObject(member);
        }
    }
}
