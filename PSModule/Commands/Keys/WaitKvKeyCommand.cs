// Wait-KvKey: comes back when a key is as wanted. What is there is read first and then watched from
// that revision on, so nothing is missed in between.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Waits for a key.</summary>
[Cmdlet(VerbsLifecycle.Wait, "KvKey", DefaultParameterSetName = "Exists")]
[OutputType(typeof(KvKey), typeof(Job))]
public sealed class WaitKvKeyCommand : KvStreamingCommandBase
{
    private static readonly object TooLate = new();

    /// <summary>The key; no wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string Key { get; set; } = string.Empty;

    /// <summary>Wait until it has this value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Value")]
    [AllowEmptyString]
    public string? Value { get; set; }

    /// <summary>Wait until this script, which gets the row as $_ and as its first parameter, says yes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Condition")]
    [ValidateNotNull]
    public ScriptBlock? Condition { get; set; }

    /// <summary>Wait until it does not exist.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Absent")]
    public SwitchParameter Absent { get; set; }

    /// <summary>A script of this runspace would have to wait for it.</summary>
    private protected override void PrepareJob(IDictionary<string, object> parameters)
    {
        if (Condition is not null)
        {
            parameters[nameof(Condition)] = ScriptBlock.Create(Condition.ToString());
        }
    }

    private protected override void Take()
    {
        try
        {
            Await(KvText.Encode(Key));
        }
        catch (KvException failure)
        {
            Report(failure, Key);
        }
    }

    private void Await(byte[] key)
    {
        var now = Send((client, call) => client.RangeAsync(new RangeRequest { Key = key }, call));
        if (IsMet(now.Kvs.FirstOrDefault()))
        {
            return;
        }

        var request = new WatchCreateRequest { Key = key, StartRevision = (now.Header?.Revision ?? 0) + 1, ProgressNotify = true };
        var source = new WatchSource(Used.Client, request, GivenTimeout);
        var isLate = false;
        Pump(
            [
                (writer, stop) => source.RunAsync(new WriterSink(writer, KeyRange.Single(key)), stop),
                async (writer, stop) =>
                {
                    if (GivenTimeout is not { } time)
                    {
                        return;
                    }

                    await Task.Delay(time, stop).ConfigureAwait(false);
                    writer.Output(TooLate);
                },
            ],
            item =>
            {
                isLate = ReferenceEquals(item, TooLate);
                return !isLate && !IsMet(item is WatchEvent { Type: not "DELETE" } change ? change.Kv : null);
            });
        if (isLate)
        {
            throw new KvTimeoutException(FormattableString.Invariant(
                $"The key '{Key}' did not come to be as wanted within {TimeoutSec} s."));
        }
    }

    /// <summary>Emits the row, if any, when it is as wanted.</summary>
    private bool IsMet(KeyValue? row)
    {
        var key = row is null ? null : new KvKey(row, ValueForm.Text);
        var isMet = ParameterSetName switch
        {
            "Absent" => key is null,
            "Value" => key is not null && string.Equals((string?)key.Value, Value, StringComparison.Ordinal),
            "Condition" => key is not null && LanguagePrimitives.IsTrue(Condition!.InvokeWithContext(
                null, [new PSVariable("_", key)], key).LastOrDefault()),
            _ => key is not null,
        };
        if (isMet && key is not null)
        {
            WriteObject(key);
        }

        return isMet;
    }
}
