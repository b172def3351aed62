// The data directory of a member, filled by the node's own code: hard states, entries of every kind of command,
// a suffix that a new leader replaced, a snapshot from the leader, snapshots taken, segments ended and released.
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Raft;
using Kv.Node.Engine;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Wal;
using Microsoft.Extensions.Logging;
using Microsoft.FSharp.Core;

namespace Damage;

/// <summary>Makes and opens the directory under test.</summary>
internal sealed class SampleMember
{
    public const string DataDirectory = "/data/kv";

    private static readonly WalOptions Wal = new() { SegmentBytes = 6 << 10, PrepareAhead = false };

    private readonly NodeStorage _storage;
    private StoreState _state;
    private StoreState _first;
    private List<Entry> _entries = [];
    private ulong _term = 1;
    private int _written;

    private SampleMember(MemoryDisk disk)
    {
        Disk = disk;
        _storage = Open(disk, Silent);
        _state = _storage.State;
        _first = _state;
    }

    public MemoryDisk Disk { get; }

    public static ILogger Silent => Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    /// <summary>The oldest snapshot kept: what the states of all points are computed from.</summary>
    public StoreState Oldest { get; private set; } = null!;

    /// <summary>Index of the newest snapshot.</summary>
    public ulong NewestIndex { get; private set; }

    /// <summary>A member that was killed between a write and its sync.</summary>
    /// <param name="rounds">Batches of about four entries between the snapshot it got and the end.</param>
    public static SampleMember Make(int rounds)
    {
        var member = new SampleMember(new MemoryDisk { KeepsVersions = true });
        var id = member._storage.Identity.MemberId;
        member.Write(new HardState(1, id, 0), [.. SampleCommands.OfEveryKind(id).Take(12)], sync: true);
        member.Install(SampleCommands.OfEveryKind(id));
        for (var round = 0; round < rounds; round++)
        {
            member.Round(round);
            if (round == 1 || round == rounds * 2 / 3)
            {
                member.TakeSnapshot();
            }
        }

        member.Write(member.Commit(), member.Writes(3), sync: false);
        member._storage.Dispose();
        return member;
    }

    /// <summary>Opens the directory as a node does.</summary>
    public static NodeStorage Open(MemoryDisk disk, ILogger logger) => NodeStorage.OpenAsync(
        new NodeOptions
        {
            Name = "n1",
            DataDir = DataDirectory,
            InitialAdvertisePeerUrls = [new("http://127.0.0.1:2380")],
            InitialCluster = [new InitialMember("n1", [new("http://127.0.0.1:2380")])],
        },
        new NoClusters(), disk, HostPorts.OfProcess, logger, CancellationToken.None, Wal).GetAwaiter().GetResult();

    private void Round(int round)
    {
        if (round % 10 == 4)
        {
            // A new leader replaces what the one before could not commit.
            Write(Commit(), Writes(3), sync: true);
            _term++;
            Drop(2);
            Write(new HardState(_term, 0, Last - 1), [.. Writes(2)], sync: true);
        }
        else if (round % 10 == 7)
        {
            Reconfigure(round);
        }
        else
        {
            Write(round % 3 == 0 ? null : Commit(), Writes(1 + (round % 5)), sync: round % 4 != 1);
        }
    }

    private ulong Last => _state.AppliedIndex + (ulong)_entries.Count;

    private HardState Commit() => new(_term, 1, Last);

    private Command[] Writes(int count) => [.. Enumerable.Range(0, count).Select(_ => SampleCommands.Write(_written++))];

    private void Write(HardState? hard, Command[] commands, bool sync) =>
        Append(hard, [.. commands.Select((command, i) => (EntryKind.Normal, CommandCodec.Encode((ulong)i, command, Caller.Node)))], sync);

    private void Append(HardState? hard, (EntryKind Kind, byte[] Data)[] payloads, bool sync)
    {
        Entry[] entries = [.. payloads.Select((payload, i) => new Entry(Last + 1 + (ulong)i, _term, payload.Kind, payload.Data))];
        var state = hard is { } some ? FSharpValueOption<HardState>.NewValueSome(some) : FSharpValueOption<HardState>.None;
        _storage.Log.Append(new PersistBatch(1, state, entries, null, sync, []));
        _storage.Log.Flush(sync);
        _entries.AddRange(entries);
    }

    private void Reconfigure(int round)
    {
        var id = 0xF00UL + (ulong)round;
        var joining = Command.NewMemberAdd(new Member(id, $"n{round}", [$"http://127.0.0.1:{round}"], [], true));
        var change = new ConfigurationChange(
            [new ConfigurationStep(ConfigurationOperation.AddLearner, id)], CommandCodec.Encode(0, joining, Caller.Node));
        Append(Commit(), [(EntryKind.Configuration, ConfigurationCodec.Encode(change))], sync: true);
    }

    private void Drop(int count) => _entries.RemoveRange(_entries.Count - count, count);

    /// <summary>The leader sends the state, as to a member that was away.</summary>
    private void Install(IEnumerable<Command> commands)
    {
        var entries = commands.Select((command, i) =>
            new Entry((ulong)i + 1, 1, EntryKind.Normal, CommandCodec.Encode(1, command, Caller.Node))).ToArray();
        var state = StoreMachine.Apply(_first, entries, []);
        using var frames = new MemoryStream();
        SnapshotFrames.WriteAsync(state, frames, CancellationToken.None).GetAwaiter().GetResult();
        frames.Position = 0;
        var received = _storage.Snapshots.ReceiveAsync(frames, CancellationToken.None).GetAwaiter().GetResult();
        received.Commit();
        var hard = FSharpValueOption<HardState>.NewValueSome(new HardState(2, 0, state.AppliedIndex));
        _storage.Log.Append(new PersistBatch(2, hard, [], state.Mark, true, []));
        _storage.Log.Flush(sync: true);
        (_term, _state, _first, _entries) = (2, state, state, []);
    }

    private void TakeSnapshot()
    {
        _state = StoreMachine.Apply(_state, [.. _entries], []);
        _entries = [];
        Oldest = NewestIndex == 0 ? _state : Oldest;
        NewestIndex = _state.AppliedIndex;
        _storage.Snapshots.Save(_state);
        _storage.Log.AppendSnapshotMark(_state.Mark);
        _storage.Log.Flush(sync: true);
        _storage.Log.Release(_storage.Snapshots.Prune(keep: 2));
    }

    private sealed class NoClusters : IClusterSearch
    {
        public Task<IReadOnlyList<RemoteCluster>> FindClustersAsync(
            IEnumerable<Uri> urls, TimeSpan patience, CancellationToken token) =>
            Task.FromResult<IReadOnlyList<RemoteCluster>>([]);
    }
}
