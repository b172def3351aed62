// The ways to say which keys are meant, shared by the cmdlets that read and remove them: by key with
// wildcards, literally, by prefix, by interval, or by piping rows.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that select keys.</summary>
public abstract class KeySelectionCommandBase : KvConnectedCommandBase
{
    internal const string ByKey = "Key";
    internal const string ByLiteral = "Literal";
    internal const string ByPrefix = "Prefix";
    internal const string ByRange = "Range";
    internal const string ByRow = "InputObject";

    /// <summary>Keys, with wildcards unless -Prefix is given. Case counts.</summary>
    [Parameter(ParameterSetName = ByKey, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByPrefix, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string[]? Key { get; set; }

    /// <summary>Keys taken as they are, without wildcards.</summary>
    [Parameter(ParameterSetName = ByLiteral, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string[]? LiteralKey { get; set; }

    /// <summary>All keys that begin with -Key.</summary>
    [Parameter(ParameterSetName = ByPrefix, Mandatory = true)]
    public SwitchParameter Prefix { get; set; }

    /// <summary>The first key of the interval; without it the first there is.</summary>
    [Parameter(ParameterSetName = ByRange, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string? From { get; set; }

    /// <summary>The first key after the interval; without it there is no end.</summary>
    [Parameter(ParameterSetName = ByRange, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string? To { get; set; }

    /// <summary>Rows from Get-KvKey or Watch-KvKey.</summary>
    [Parameter(ParameterSetName = ByRow, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvRow[]? InputObject { get; set; }

    /// <summary>The selection of the current pipeline item.</summary>
    private protected IEnumerable<KeyRange> Ranges() => ParameterSetName switch
    {
        ByLiteral => LiteralKey!.Select(KeyRange.Single),
        ByPrefix => Key!.Select(KeyRange.Prefix),
        ByRange => [KeyRange.Interval(From, To)],
        ByRow => InputObject!.Select(static row => KeyRange.Single(row.RawKey)),
        _ => (Key ?? ["*"]).Select(KeyRange.Pattern),
    };
}
