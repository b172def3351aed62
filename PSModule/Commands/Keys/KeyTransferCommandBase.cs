// Copying and renaming: one transaction a key.

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
        var transfer = new KeyTransfer(Used.Client, [(from, to)], _isMove, Force);
        Send(async (_, call) =>
        {
            await transfer.ReadAsync(call).ConfigureAwait(false);
            return true;
        });
        if (ByteOrder.Compare(from, to) == 0
            || !ShouldProcess($"key '{KvText.Decode(from)}'", $"{_action} to '{KvText.Decode(to)}'"))
        {
            return;
        }

        var row = Send((_, call) => transfer.WriteAsync(call))[0];
        if (PassThru)
        {
            WriteObject(new KvKey(row, ValueForm.Text));
        }
    }
}
