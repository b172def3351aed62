// Copying and renaming: one transaction a key, which happens only if the source is still what was read
// and, without -Force, nothing is at the destination.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that give keys another name.</summary>
public abstract class KeyTransferCommandBase : KvConnectedCommandBase
{
    private const int AttemptsMax = 5;

    private readonly string _action;
    private readonly bool _isMove;

    private protected KeyTransferCommandBase(string action, bool isMove)
    {
        _action = action;
        _isMove = isMove;
    }

    /// <summary>The key; no wildcards. With -Prefix, the beginning of the keys.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string Key { get; set; } = string.Empty;

    /// <summary>The key it becomes. With -Prefix, what takes the place of the beginning.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string Destination { get; set; } = string.Empty;

    /// <summary>All keys that begin with -Key, one by one.</summary>
    [Parameter]
    public SwitchParameter Prefix { get; set; }

    /// <summary>Replace what is at the destination.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emit the rows at the destination.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Prefix)
        {
            ForEach([Key], key => Transfer(KvText.Encode(key), KvText.Encode(Destination)));
            return;
        }

        var start = KvText.Encode(Key);
        var end = KvText.Encode(Destination);
        ForEach(Sources(), key => Transfer(key, [.. end, .. key.Skip(start.Length)]));
    }

    /// <summary>Read before anything is written, so that what is copied is not copied again.</summary>
    private byte[][] Sources()
    {
        var range = KeyRange.Prefix(Key);
        var pager = new RangePager(Used.Client, new RangeRequest { Key = range.Start, RangeEnd = range.End, KeysOnly = true }, 0);
        var keys = new System.Collections.Generic.List<byte[]>();
        try
        {
            while (Send((_, call) => pager.NextAsync(call)) is { } page)
            {
                keys.AddRange(page.Select(static row => row.Key));
            }
        }
        catch (KvException failure)
        {
            Report(failure, Key);
        }

        return [.. keys];
    }

    private void Transfer(byte[] from, byte[] to)
    {
        var (source, target) = (KvText.Decode(from), KvText.Decode(to));
        var isAsked = false;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var row = Send((client, call) => client.RangeAsync(new RangeRequest { Key = from }, call)).Kvs.FirstOrDefault()
                ?? throw new KvNotFoundException(KvErrorId.KeyNotFound, $"The key '{source}' does not exist.");
            if (ByteOrder.Compare(from, to) == 0 || (!isAsked && !ShouldProcess($"key '{source}'", $"{_action} to '{target}'")))
            {
                return;
            }

            isAsked = true;
            var answer = Send((client, call) => client.TxnAsync(Request(row, to), call));
            if (answer.Succeeded)
            {
                if (PassThru)
                {
                    WriteObject(new KvKey(answer.Responses[answer.Responses.Length - 1].Range!.Kvs[0], ValueForm.Text));
                }

                return;
            }

            if (!Force && answer.Responses[0].Range is { Kvs.Length: > 0 } there)
            {
                throw new KvConflictException(
                    $"The key '{target}' exists; -Force replaces it. Nothing was written.", new KvKey(there.Kvs[0], ValueForm.Text));
            }
        }

        throw new KvConflictException($"The key '{source}' changed each time it was read. Nothing was written.", null);
    }

    private TxnRequest Request(KeyValue row, byte[] to)
    {
        var put = new RequestOp { Put = new PutRequest { Key = to, Value = row.Value, Lease = row.Lease } };
        var delete = new RequestOp { DeleteRange = new DeleteRangeRequest { Key = row.Key } };
        var read = new RequestOp { Range = new RangeRequest { Key = to } };
        var isUnchanged = new Compare { Target = "MOD", Key = row.Key, ModRevision = row.ModRevision };
        var isFree = new Compare { Target = "CREATE", Key = to, CreateRevision = 0 };
        return new TxnRequest
        {
            Compare = Force ? [isUnchanged] : [isUnchanged, isFree],
            Success = _isMove ? [put, delete, read] : [put, read],
            Failure = [read],
        };
    }
}
