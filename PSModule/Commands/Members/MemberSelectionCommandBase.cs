// How a cmdlet is told which members it is about: by name, by id, or with what Get-KvMember gave.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that change members.</summary>
public abstract class MemberSelectionCommandBase : KvConnectedCommandBase
{
    private KvMember[]? _known;

    /// <summary>Names of members, with wildcards.</summary>
    [Parameter(ParameterSetName = "Name", Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvMemberCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Ids of members, as numbers or in hexadecimal.</summary>
    [Parameter(ParameterSetName = "Id", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [IdTransformation]
    public ulong[]? Id { get; set; }

    /// <summary>Members, as Get-KvMember gives them.</summary>
    [Parameter(ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvMember[]? InputObject { get; set; }

    /// <summary>Emit the members as they are afterwards, or, if they are removed, as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Selected(), Change);

    /// <summary>Does to one member what the cmdlet is for.</summary>
    private protected abstract void Change(KvMember member);

    private IEnumerable<KvMember> Selected()
    {
        if (InputObject is not null)
        {
            return InputObject;
        }

        try
        {
            _known ??= [.. Send(static (client, call) => client.MemberListAsync(call)).Members.Select(static m => new KvMember(m))];
        }
        catch (KvException failure)
        {
            End(failure, Used);
        }

        return MemberMatches.Find(_known, Id, Name ?? [], Report);
    }
}
