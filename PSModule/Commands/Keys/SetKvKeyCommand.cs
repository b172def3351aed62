// Set-KvKey: one write a pipeline item, on condition of a guard if one is given, or many in one
// transaction. A guarded write, or one whose result is to be shown, is a transaction of its own, so that
// what is shown is what was written.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Writes keys.</summary>
[Cmdlet(VerbsCommon.Set, "KvKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    DefaultParameterSetName = "Always")]
[OutputType(typeof(KvKey))]
public sealed class SetKvKeyCommand : KvConnectedCommandBase
{
    private long _ownLease;
    private PutBatch? _batch;

    /// <summary>The key; no wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string? Key { get; set; }

    /// <summary>The value: text, a number, or bytes; anything with -AsJson.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Value { get; set; }

    /// <summary>The lease to attach the key to; 0 for none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IdTransformation]
    [ValidateRange(0, long.MaxValue)]
    public long LeaseId { get; set; }

    /// <summary>Let the keys end by themselves after this time, a time or a number of seconds: all keys of
    /// the pipeline get one new lease.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateTimeToLive]
    public System.TimeSpan? TimeToLive { get; set; }

    /// <summary>Write only if the key does not exist.</summary>
    [Parameter(ParameterSetName = "IfAbsent", Mandatory = true)]
    public SwitchParameter IfAbsent { get; set; }

    /// <summary>Write only if this is the revision of the key's last write; 0 if it must not exist.</summary>
    [Parameter(ParameterSetName = "IfModRevision", Mandatory = true)]
    [ValidateRange(0, long.MaxValue)]
    public long IfModRevision { get; set; }

    /// <summary>Store the value as JSON.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <summary>Levels of nesting -AsJson takes.</summary>
    [Parameter]
    [ValidateRange(1, 128)]
    public int Depth { get; set; } = ValueWriter.DepthDefault;

    /// <summary>Write up to this many keys of the pipeline in one transaction, which is much faster. etcd takes
    /// 128 unless told otherwise.</summary>
    [Parameter(ParameterSetName = "Always")]
    [ValidateRange(1, 100_000)]
    public int Batch { get; set; }

    /// <summary>Emit the row as written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private bool IsGuarded => ParameterSetName != "Always";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // Piped rows have a LeaseId too, which -TimeToLive replaces; here only what was typed is bound.
        if (TimeToLive is not null && MyInvocation.BoundParameters.ContainsKey(nameof(LeaseId)))
        {
            End(Contradiction("-LeaseId or -TimeToLive"), null);
        }

        if (Batch > 0 && PassThru)
        {
            End(Contradiction("-Batch or -PassThru"), null);
        }

        _batch = Batch > 0 ? new PutBatch(Batch) : null;
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => SendBatch();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var put = new PutRequest
            {
                Key = KvText.Encode(Key!),
                Value = ValueWriter.Write(Value, AsJson, Depth),
                Lease = LeaseId,
            };
            if (!ShouldProcess($"key '{Key}'", "Set"))
            {
                return;
            }

            if (TimeToLive is { } life)
            {
                put.Lease = _ownLease = _ownLease != 0
                    ? _ownLease
                    : Send((client, call) => client.LeaseGrantAsync(life, 0, call)).Id;
            }

            if (_batch is not null)
            {
                if (!_batch.TryAdd(put))
                {
                    SendBatch();
                    _batch.TryAdd(put);
                }
            }
            else if (IsGuarded || PassThru)
            {
                WriteInTransaction(put);
            }
            else
            {
                Send((client, call) => client.PutAsync(put, call));
            }
        }
        catch (KvConflictException conflict)
        {
            Report(conflict, (object?)conflict.Current ?? Key);
        }
        catch (KvException failure)
        {
            Report(failure, Key);
        }
    }

    /// <summary>Sends what is gathered; if that fails, none of it was written, and all of it is named.</summary>
    private void SendBatch()
    {
        if (_batch is not { Count: > 0 } batch)
        {
            return;
        }

        try
        {
            Send((client, call) => client.TxnAsync(batch.ToRequest(), call));
        }
        catch (KvException failure)
        {
            Report(failure, batch.Puts.Select(static p => KvText.Decode(p.Key)).ToArray());
        }

        batch.Clear();
    }

    private static KvRequestException Contradiction(string either) =>
        new(ErrorCategory.InvalidArgument, $"Say either {either}.") { EndsCommand = true };

    private void WriteInTransaction(PutRequest put)
    {
        var read = new RequestOp { Range = new RangeRequest { Key = put.Key } };
        var request = new TxnRequest
        {
            Compare = IsGuarded ? [Guard(put.Key)] : null,
            Success = PassThru ? [new RequestOp { Put = put }, read] : [new RequestOp { Put = put }],
            Failure = IsGuarded ? [read] : null,
        };
        var response = Send((client, call) => client.TxnAsync(request, call));
        var form = AsJson ? ValueForm.Json : Value is byte[]? ValueForm.Bytes : ValueForm.Text;
        if (response.Succeeded)
        {
            if (PassThru)
            {
                WriteObject(Row(response, 1, form));
            }

            return;
        }

        var current = Row(response, 0, ValueForm.Text);
        throw new KvConflictException(ConflictText(current), current);
    }

    private Compare Guard(byte[] key) => IfAbsent
        ? new Compare { Target = "CREATE", Key = key, CreateRevision = 0 }
        : new Compare { Target = "MOD", Key = key, ModRevision = IfModRevision };

    private static KvKey? Row(TxnResponse response, int index, ValueForm form) =>
        index < response.Responses.Length && response.Responses[index].Range is { Kvs.Length: > 0 } range
            ? new KvKey(range.Kvs[0], form)
            : null;

    private string ConflictText(KvKey? current)
    {
        if (current is null)
        {
            return $"The key '{Key}' does not exist, so it is not at the revision expected. Nothing was written.";
        }

        return IfAbsent
            ? $"The key '{Key}' exists. Nothing was written."
            : System.FormattableString.Invariant(
                $"The key '{Key}' is at revision {current.ModRevision}, not {IfModRevision}. Nothing was written.");
    }
}
