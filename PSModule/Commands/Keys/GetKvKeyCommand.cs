// Get-KvKey: rows, or their number. Rows are written page by page as they arrive.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Reads keys.</summary>
[Cmdlet(VerbsCommon.Get, "KvKey", DefaultParameterSetName = ByKey)]
[OutputType(typeof(KvKey), typeof(long))]
public sealed class GetKvKeyCommand : KeySelectionCommandBase
{
    /// <summary>Read as of this revision instead of now.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Revision { get; set; }

    /// <summary>Read as it was at this time, to the second. Members of Kv remember times for about a day and a half
    /// at least; etcd remembers none.</summary>
    [Parameter]
    public DateTime AsOf { get; set; }

    /// <summary>Read what the member asked has, without asking the leader; may be stale.</summary>
    [Parameter]
    public SwitchParameter Serializable { get; set; }

    /// <summary>No more than this many rows of each selection.</summary>
    [Parameter]
    [Alias("Limit")]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; }

    /// <summary>The field the server sorts by.</summary>
    [Parameter]
    public KvSortKey SortBy { get; set; }

    /// <summary>Sort from high to low.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <summary>Do not read values.</summary>
    [Parameter]
    public SwitchParameter KeysOnly { get; set; }

    /// <summary>Only the number of keys of each selection.</summary>
    [Parameter]
    public SwitchParameter CountOnly { get; set; }

    /// <summary>Values as byte arrays.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Values as the objects their JSON describes.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(AsOf)))
        {
            return;
        }

        try
        {
            Revision = Revision == 0
                ? Send((client, call) => client.RevisionAtAsync(AsOf, call))
                : throw new KvValueException(
                    KvErrorId.ParameterConflict, ErrorCategory.InvalidArgument, "-AsOf and -Revision cannot be used together.")
                {
                    EndsCommand = true,
                };
        }
        catch (KvException failure)
        {
            End(failure, AsOf);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var range in Ranges())
        {
            try
            {
                if (CountOnly)
                {
                    WriteObject(Count(range));
                }
                else
                {
                    Read(range);
                }
            }
            catch (KvException failure)
            {
                Report(failure, range.IsSingle ? KvText.Decode(range.Start) : range.Description);
            }
        }
    }

    private void Read(KeyRange range)
    {
        // With a filter the server cannot know which rows count, so the limit is kept here.
        var pager = new RangePager(Used.Client, Request(range), range.Filter is null ? First : 0);
        var written = 0;
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            if (range.IsSingle && page.Length == 0)
            {
                throw new KvNotFoundException(
                    KvErrorId.KeyNotFound, $"The key '{KvText.Decode(range.Start)}' does not exist.");
            }

            foreach (var row in Matching(page, range))
            {
                if (First > 0 && written == First)
                {
                    return;
                }

                written++;
                WriteRow(row);
            }
        }
    }

    private void WriteRow(KeyValue row)
    {
        var form = KeysOnly ? ValueForm.None : AsJson ? ValueForm.Json : AsByteStream ? ValueForm.Bytes : ValueForm.Text;
        KvKey key;
        try
        {
            key = new KvKey(row, form);
        }
        catch (KvValueException failure)
        {
            Report(failure, KvText.Decode(row.Key));
            return;
        }

        WriteObject(key);
    }

    private long Count(KeyRange range)
    {
        var request = Request(range);
        if (range.Filter is null)
        {
            request.CountOnly = true;
            return Send((client, call) => client.RangeAsync(request, call)).Count;
        }

        request.KeysOnly = true;
        request.SortOrder = null;
        request.SortTarget = null;
        var pager = new RangePager(Used.Client, request, 0);
        long count = 0;
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            count += Matching(page, range).Count();
        }

        return count;
    }

    private static IEnumerable<KeyValue> Matching(KeyValue[] page, KeyRange range) =>
        page.Where(row => range.Matches(row.Key));

    private RangeRequest Request(KeyRange range)
    {
        // Ascending by key is the order of the store; asking for it would only prevent paging.
        var isSorted = SortBy != KvSortKey.Key || Descending;
        return new RangeRequest
        {
            Key = range.Start,
            RangeEnd = range.End,
            Revision = Revision,
            Serializable = Serializable,
            KeysOnly = KeysOnly,
            SortOrder = !isSorted ? null : Descending ? "DESCEND" : "ASCEND",
            SortTarget = !isSorted ? null : SortBy switch
            {
                KvSortKey.Version => "VERSION",
                KvSortKey.CreateRevision => "CREATE",
                KvSortKey.ModRevision => "MOD",
                KvSortKey.Value => "VALUE",
                _ => "KEY",
            },
        };
    }
}
