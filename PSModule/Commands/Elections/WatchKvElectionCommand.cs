// Watch-KvElection: who leads, now and after each change. The candidates are the keys below the name,
// and the one created first leads, so this is a watch of those keys.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Emits who leads, until stopped.</summary>
[Cmdlet(VerbsCommon.Watch, "KvElection")]
[OutputType(typeof(KvLeader), typeof(Job))]
public sealed class WatchKvElectionCommand : KvStreamingCommandBase
{
    private readonly Dictionary<string, KeyValue> _candidates = [];
    private KeyValue? _shown;
    private int _emitted;

    /// <summary>The name of the election.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>End after this many objects.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; }

    private protected override void Take()
    {
        _candidates.Clear();
        _shown = null;
        var range = KeyRange.Prefix(Name + "/");
        try
        {
            var now = Send((client, call) => client.RangeAsync(new RangeRequest { Key = range.Start, RangeEnd = range.End }, call));
            foreach (var row in now.Kvs)
            {
                _candidates[KvText.Decode(row.Key)] = row;
            }

            if (!Show())
            {
                return;
            }

            var request = new WatchCreateRequest
            {
                Key = range.Start,
                RangeEnd = range.End,
                StartRevision = (now.Header?.Revision ?? 0) + 1,
                ProgressNotify = true,
            };
            var source = new WatchSource(Used.Client, request, GivenTimeout);
            Pump([(writer, stop) => source.RunAsync(new WriterSink(writer, range), stop)], item => Apply((WatchEvent)item));
        }
        catch (KvException failure)
        {
            Report(failure, Name);
        }
    }

    private bool Apply(WatchEvent change)
    {
        var key = KvText.Decode(change.Kv.Key);
        if (change.Type == "DELETE")
        {
            _candidates.Remove(key);
        }
        else
        {
            _candidates[key] = change.Kv;
        }

        return Show();
    }

    /// <summary>Emits the leader if it is another or says something else; false when -First is reached.</summary>
    private bool Show()
    {
        var leader = _candidates.Values.OrderBy(static row => row.CreateRevision).FirstOrDefault();
        if (leader is null || leader.ModRevision == _shown?.ModRevision)
        {
            return true;
        }

        _shown = leader;
        _emitted++;
        WriteObject(new KvLeader(Name, leader));
        return First == 0 || _emitted < First;
    }
}
