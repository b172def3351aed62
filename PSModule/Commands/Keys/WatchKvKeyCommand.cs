// Watch-KvKey: changes as they happen. The watches of all selections run side by side and share one
// queue; each lives through lost connections by itself (WatchSource).

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Emits changes of keys until stopped.</summary>
[Cmdlet(VerbsCommon.Watch, "KvKey", DefaultParameterSetName = ByKey)]
[OutputType(typeof(KvChange), typeof(Job))]
public sealed class WatchKvKeyCommand : KvStreamingCommandBase
{
    private const string ByKey = KeySelectionCommandBase.ByKey;
    private const string ByLiteral = KeySelectionCommandBase.ByLiteral;
    private const string ByPrefix = KeySelectionCommandBase.ByPrefix;
    private const string ByRange = KeySelectionCommandBase.ByRange;

    private readonly List<KeyRange> _ranges = [];
    private int _emitted;

    /// <summary>Keys, with wildcards unless -Prefix is given. Case counts.</summary>
    [Parameter(ParameterSetName = ByKey, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByPrefix, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string[]? Key { get; set; }

    /// <summary>Keys taken as they are, without wildcards.</summary>
    [Parameter(ParameterSetName = ByLiteral, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string[]? LiteralKey { get; set; }

    /// <summary>All keys that begin with -Key.</summary>
    [Parameter(ParameterSetName = ByPrefix, Mandatory = true)]
    public SwitchParameter Prefix { get; set; }

    /// <summary>The first key of the interval.</summary>
    [Parameter(ParameterSetName = ByRange, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string? From { get; set; }

    /// <summary>The first key after the interval; without it there is no end.</summary>
    [Parameter(ParameterSetName = ByRange, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string? To { get; set; }

    /// <summary>Begin with the changes of this revision, which may be past.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long FromRevision { get; set; }

    /// <summary>Emit the keys as they are first, each with type Snapshot, then their changes.</summary>
    [Parameter]
    public SwitchParameter IncludeSnapshot { get; set; }

    /// <summary>Add the key as it was before each change.</summary>
    [Parameter]
    public SwitchParameter IncludePrevious { get; set; }

    /// <summary>Only these kinds of change: Put, Delete.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public KvChangeType[] Event { get; set; } = [KvChangeType.Put, KvChangeType.Delete];

    /// <summary>End after this many objects.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; }

    /// <summary>Values as byte arrays.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Values as the objects their JSON describes.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    private ValueForm Form => AsJson ? ValueForm.Json : AsByteStream ? ValueForm.Bytes : ValueForm.Text;

    private protected override void Take() => _ranges.AddRange(ParameterSetName switch
    {
        ByLiteral => LiteralKey!.Select(KeyRange.Single),
        ByPrefix => Key!.Select(KeyRange.Prefix),
        ByRange => [KeyRange.Interval(From, To)],
        _ => Key!.Select(KeyRange.Pattern),
    });

    private protected override void TakeForJob() => Take();

    /// <summary>A job that is told no revision begins with the changes after this command, not with those
    /// after the job came to open its watch.</summary>
    private protected override void PrepareJob(IDictionary<string, object> parameters)
    {
        if (FromRevision == 0 && !IncludeSnapshot && _ranges.Count > 0)
        {
            var probe = new RangeRequest { Key = _ranges[0].Start, RangeEnd = _ranges[0].End, CountOnly = true };
            parameters[nameof(FromRevision)] = (Send((client, call) => client.RangeAsync(probe, call)).Header?.Revision ?? 0) + 1;
        }
    }

    private protected override void Finish()
    {
        var producers = new List<Func<StreamWriter, CancellationToken, Task>>();
        foreach (var range in _ranges)
        {
            try
            {
                var from = IncludeSnapshot ? WriteSnapshot(range) + 1 : FromRevision;
                if (First > 0 && _emitted == First)
                {
                    return;
                }

                var source = new WatchSource(Used.Client, Request(range, from), GivenTimeout);
                producers.Add((writer, stop) => source.RunAsync(new WriterSink(writer, range), stop));
            }
            catch (KvException failure)
            {
                End(failure, range.Description);
            }
        }

        Pump(producers, item => Emit(() => new KvChange((WatchEvent)item, Form)));
    }

    /// <summary>Emits what is there; returns the revision it was read at.</summary>
    private long WriteSnapshot(KeyRange range)
    {
        var request = new RangeRequest { Key = range.Start, RangeEnd = range.End, Revision = FromRevision };
        var pager = new RangePager(Used.Client, request, 0);
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            foreach (var row in page)
            {
                if (range.Matches(row.Key) && !Emit(() => new KvChange(KvChangeType.Snapshot, row, null, Form)))
                {
                    return pager.Revision;
                }
            }
        }

        return FromRevision > 0 ? FromRevision : pager.Revision;
    }

    /// <summary>Writes one object; false when -First is reached.</summary>
    private bool Emit(Func<KvChange> make)
    {
        KvChange change;
        try
        {
            change = make();
        }
        catch (KvValueException failure)
        {
            Report(failure, null);
            return true;
        }

        _emitted++;
        WriteObject(change);
        return First == 0 || _emitted < First;
    }

    private WatchCreateRequest Request(KeyRange range, long from) => new()
    {
        Key = range.Start,
        RangeEnd = range.End,
        StartRevision = from,
        PrevKv = IncludePrevious,
        ProgressNotify = true,
        Filters = Filters(),
    };

    private string[]? Filters()
    {
        var filters = new List<string>();
        if (!Event.Contains(KvChangeType.Put))
        {
            filters.Add("NOPUT");
        }

        if (!Event.Contains(KvChangeType.Delete))
        {
            filters.Add("NODELETE");
        }

        return filters.Count == 0 ? null : [.. filters];
    }
}
