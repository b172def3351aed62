// Test-KvKey: whether there is such a key.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Commands;

/// <summary>Tells whether keys exist.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KvKey", DefaultParameterSetName = ByKey)]
[OutputType(typeof(bool))]
public sealed class TestKvKeyCommand : KeySelectionCommandBase
{
    /// <summary>Ask as of this revision instead of now.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Revision { get; set; }

    /// <summary>Ask the member reached, without its leader; the answer may be stale.</summary>
    [Parameter]
    public SwitchParameter Serializable { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(Ranges(), range => WriteObject(Exists(range)));

    private bool Exists(KeyRange range)
    {
        var request = new RangeRequest
        {
            Key = range.Start,
            RangeEnd = range.End,
            Revision = Revision,
            Serializable = Serializable,
            KeysOnly = true,
        };
        var pager = new RangePager(Used.Client, request, range.Filter is null ? 1 : 0);
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            if (page.Any(row => range.Matches(row.Key)))
            {
                return true;
            }
        }

        return false;
    }
}
