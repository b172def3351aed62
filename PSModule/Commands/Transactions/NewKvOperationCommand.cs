// New-KvOperation: an operation for Invoke-KvTransaction. Nothing is sent.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Makes an operation of a transaction.</summary>
[Cmdlet(VerbsCommon.New, "KvOperation")]
[OutputType(typeof(KvOperation))]
public sealed class NewKvOperationCommand : KvCommandBase
{
    /// <summary>What it does: Get, Put or Remove.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public KvOperationType Type { get; set; }

    /// <summary>The key; with -Prefix, the beginning of the keys.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string Key { get; set; } = string.Empty;

    /// <summary>The value to write.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Value { get; set; }

    /// <summary>The lease to attach the key to; 0 for none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IdTransformation]
    [ValidateRange(0, long.MaxValue)]
    public long LeaseId { get; set; }

    /// <summary>Get or remove all keys that begin with -Key.</summary>
    [Parameter]
    public SwitchParameter Prefix { get; set; }

    /// <summary>Store the value as JSON.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var isPut = Type == KvOperationType.Put;
        var hasValue = MyInvocation.BoundParameters.ContainsKey(nameof(Value));
        try
        {
            if (isPut && (Prefix || !hasValue))
            {
                throw new KvRequestException(
                    ErrorCategory.InvalidArgument, Prefix ? "Put writes one key; -Prefix is for Get and Remove." : "Put needs -Value.");
            }

            WriteObject(new KvOperation(
                Type,
                Prefix ? KeyRange.Prefix(Key) : KeyRange.Single(Key),
                isPut ? ValueWriter.Write(Value, AsJson, ValueWriter.DepthDefault) : null,
                LeaseId));
        }
        catch (KvException failure)
        {
            Report(failure, Key);
        }
    }
}
