// Invoke-KvTransaction: guards and operations in one step, which happens as a whole or not at all.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Does several things at one revision, on conditions.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KvTransaction", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    DefaultParameterSetName = "Parts")]
[OutputType(typeof(KvTransactionResult))]
public sealed class InvokeKvTransactionCommand : KvConnectedCommandBase
{
    private readonly List<KvOperation> _then = [];

    /// <summary>The guards, from New-KvCompare; without any, -Then is done.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNull]
    public KvCompare[] If { get; set; } = [];

    /// <summary>What to do if all guards hold, from New-KvOperation.</summary>
    [Parameter(Position = 0, ParameterSetName = "Parts", ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvOperation[] Then { get; set; } = [];

    /// <summary>What to do if one does not.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNull]
    public KvOperation[] Else { get; set; } = [];

    /// <summary>The transaction as etcdctl txn takes it: conditions, an empty line, operations if they hold,
    /// an empty line, operations if not.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Text", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Text { get; set; } = string.Empty;

    /// <summary>Values that are read as byte arrays.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Values that are read as the objects their JSON describes.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    private ValueForm Form => AsJson ? ValueForm.Json : AsByteStream ? ValueForm.Bytes : ValueForm.Text;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Parts")
        {
            _then.AddRange(Then);
            return;
        }

        try
        {
            var parts = TransactionText.Parse(Text);
            Invoke(parts.If, parts.Then, parts.Else);
        }
        catch (KvException failure)
        {
            Report(failure, Text);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName != "Parts")
        {
            return;
        }

        try
        {
            Invoke(If, [.. _then], Else);
        }
        catch (KvException failure)
        {
            Report(failure, null);
        }
    }

    private void Invoke(KvCompare[] guards, KvOperation[] then, KvOperation[] otherwise)
    {
        var isWriting = then.Concat(otherwise).Any(static o => o.Type != KvOperationType.Get);
        if (isWriting && !ShouldProcess(
            guards.Length == 0 ? "always" : $"if {string.Join(", ", (object[])guards)}",
            string.Join(", ", (object[])then) + (otherwise.Length == 0 ? string.Empty : $"; else {string.Join(", ", (object[])otherwise)}")))
        {
            return;
        }

        var request = new TxnRequest
        {
            Compare = [.. guards.Select(static g => g.Message)],
            Success = [.. then.Select(static o => o.Message)],
            Failure = [.. otherwise.Select(static o => o.Message)],
        };
        var answer = Send((client, call) => client.TxnAsync(request, call));
        var done = answer.Succeeded ? then : otherwise;
        WriteObject(new KvTransactionResult(
            answer.Succeeded,
            answer.Header?.Revision ?? 0,
            [.. done.Select((o, i) => new KvOperationResult(o, answer.Responses.ElementAtOrDefault(i) ?? new ResponseOp(), Form))]));
    }
}
