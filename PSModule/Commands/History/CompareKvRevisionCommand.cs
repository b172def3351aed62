// Compare-KvRevision: both revisions are read side by side in the order of their keys, page by page, so
// that memory stays bounded however many keys there are.

using System.Collections.Generic;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Tells what changed between two revisions.</summary>
[Cmdlet(VerbsData.Compare, "KvRevision")]
[OutputType(typeof(KvDifference))]
public sealed class CompareKvRevisionCommand : KvConnectedCommandBase
{
    /// <summary>The first revision.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ModRevision")]
    [ValidateRange(1, long.MaxValue)]
    public long Revision { get; set; }

    /// <summary>The second revision; without it, now.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, long.MaxValue)]
    public long ToRevision { get; set; }

    /// <summary>Only keys that begin with this.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string Prefix { get; set; } = string.Empty;

    /// <summary>Values as byte arrays.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            Compare();
        }
        catch (KvException failure)
        {
            Report(failure, Revision);
        }
    }

    private void Compare()
    {
        var form = AsByteStream ? ValueForm.Bytes : ValueForm.Text;
        using var before = Rows(Revision).GetEnumerator();
        using var after = Rows(ToRevision).GetEnumerator();
        var (hasBefore, hasAfter) = (before.MoveNext(), after.MoveNext());
        while (hasBefore || hasAfter)
        {
            var order = !hasAfter ? -1 : !hasBefore ? 1 : ByteOrder.Compare(before.Current.Key, after.Current.Key);
            if (order != 0 || before.Current.ModRevision != after.Current.ModRevision)
            {
                WriteObject(new KvDifference(order <= 0 ? before.Current : null, order >= 0 ? after.Current : null, form));
            }

            (hasBefore, hasAfter) = (order <= 0 ? before.MoveNext() : hasBefore, order >= 0 ? after.MoveNext() : hasAfter);
        }
    }

    private IEnumerable<KeyValue> Rows(long revision)
    {
        var range = KeyRange.Prefix(Prefix);
        var pager = new RangePager(
            Used.Client, new RangeRequest { Key = range.Start, RangeEnd = range.End, Revision = revision }, 0);
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            foreach (var row in page)
            {
                yield return row;
            }
        }
    }
}
