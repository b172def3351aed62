// New-KvCompare: a guard for Invoke-KvTransaction. Nothing is sent.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Makes a guard of a transaction.</summary>
[Cmdlet(VerbsCommon.New, "KvCompare", DefaultParameterSetName = "Value")]
[OutputType(typeof(KvCompare))]
public sealed class NewKvCompareCommand : KvCommandBase
{
    /// <summary>The key; with -Prefix, the beginning of the keys that must all meet the condition.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Value", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Version", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "CreateRevision", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ModRevision", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "LeaseId", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Exists", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Absent", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string Key { get; set; } = string.Empty;

    /// <summary>All keys that begin with -Key.</summary>
    [Parameter]
    public SwitchParameter Prefix { get; set; }

    /// <summary>How to compare.</summary>
    [Parameter]
    public KvCompareOperator Operator { get; set; }

    /// <summary>Compare the value with this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Value")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Value { get; set; }

    /// <summary>The value given is stored as JSON.</summary>
    [Parameter(ParameterSetName = "Value")]
    public SwitchParameter AsJson { get; set; }

    /// <summary>Compare the number of writes since the key was created with this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Version")]
    [ValidateRange(0, long.MaxValue)]
    public long Version { get; set; }

    /// <summary>Compare the revision at which the key was created with this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CreateRevision")]
    [ValidateRange(0, long.MaxValue)]
    public long CreateRevision { get; set; }

    /// <summary>Compare the revision of the last write with this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ModRevision")]
    [ValidateRange(0, long.MaxValue)]
    public long ModRevision { get; set; }

    /// <summary>Compare the lease of the key with this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LeaseId")]
    [IdTransformation]
    [ValidateRange(0, long.MaxValue)]
    public long LeaseId { get; set; }

    /// <summary>The key exists.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Exists")]
    public SwitchParameter Exists { get; set; }

    /// <summary>The key does not exist.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Absent")]
    public SwitchParameter Absent { get; set; }

    /// <summary>Rows that must not have changed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Unchanged", ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvRow? Unchanged { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var keys = Unchanged is not null ? KeyRange.Single(Unchanged.RawKey) : Prefix ? KeyRange.Prefix(Key) : KeyRange.Single(Key);
        try
        {
            WriteObject(ParameterSetName switch
            {
                "Version" => new KvCompare(keys, "Version", Operator, Version),
                "CreateRevision" => new KvCompare(keys, "Create", Operator, CreateRevision),
                "ModRevision" => new KvCompare(keys, "Mod", Operator, ModRevision),
                "LeaseId" => new KvCompare(keys, "Lease", Operator, LeaseId),
                "Exists" => new KvCompare(keys, "Create", KvCompareOperator.Greater, 0L),
                "Absent" => new KvCompare(keys, "Create", KvCompareOperator.Equal, 0L),
                "Unchanged" => new KvCompare(keys, "Mod", KvCompareOperator.Equal, Unchanged!.ModRevision),
                _ => new KvCompare(keys, "Value", Operator, ValueWriter.Write(Value, AsJson, ValueWriter.DepthDefault)),
            });
        }
        catch (KvException failure)
        {
            Report(failure, Key);
        }
    }
}
