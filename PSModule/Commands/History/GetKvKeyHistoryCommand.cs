// Get-KvKeyHistory: every change of a key that the store still remembers, oldest first.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Shows what happened to keys.</summary>
[Cmdlet(VerbsCommon.Get, "KvKeyHistory")]
[OutputType(typeof(KvChange))]
public sealed class GetKvKeyHistoryCommand : KvConnectedCommandBase
{
    /// <summary>The keys, taken as they are; they need not exist any more.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralKey")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string[] Key { get; set; } = [];

    /// <summary>Values as byte arrays.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Values as the objects their JSON describes.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Key, key =>
    {
        var form = AsJson ? ValueForm.Json : AsByteStream ? ValueForm.Bytes : ValueForm.Text;
        foreach (var item in Send((client, call) => new KeyHistory(client, KvText.Encode(key), call).ReadAsync()))
        {
            try
            {
                WriteObject(new KvChange(item, form));
            }
            catch (KvValueException failure)
            {
                Report(failure, key);
            }
        }
    });
}
