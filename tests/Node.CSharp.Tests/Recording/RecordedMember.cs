// One member's Raft state machine by hand, with a recorder that is written when the test says so.
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Recording;
using Kv.Node.Replay;
using Kv.Node.Tests.Wal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kv.Node.Tests.Recording;

internal sealed class RecordedMember : IDisposable
{
    public const string Directory = "/data/member/recorder";

    private readonly StepOutput _output = new();
    private readonly Effects _effects = new();

    /// <param name="voters">The members; this one is 1.</param>
    /// <param name="bytesMax">Size of the recording.</param>
    /// <param name="disk">That of the run before, if there was one.</param>
    /// <param name="logger">Where the recorder speaks.</param>
    public RecordedMember(
        ulong[]? voters = null, long bytesMax = 64 << 20, FaultDisk? disk = null, ILogger? logger = null)
    {
        Disk = disk ?? new FaultDisk();
        State = RaftMachine.Restore(
            new RaftOptions(1, 10, 1, 5), default, new SnapshotMark(0, 0, Configuration.OfVoters(voters ?? [1])), []);
        var identity = new RecordingIdentity(1, 77, (ulong)Random.Shared.NextInt64(), 100, RecordingIdentity.ThisRelease);
        Recorder = new Recorder(
            new RecordingFiles(Disk, Directory, bytesMax), identity, Clock, logger ?? NullLogger.Instance);
    }

    public FaultDisk Disk { get; }

    public JumpingClock Clock { get; } = new();

    public Recorder Recorder { get; }

    public RaftState State { get; private set; }

    public int Steps { get; private set; }

    /// <summary>The segments' paths, oldest first.</summary>
    public string[] Segments => Disk.Paths();

    public long Bytes => Segments.Sum(path => (long)Disk.Content(path).Length);

    /// <summary>A step of its own in a turn of its own; what must be written is, and is reported.</summary>
    public void Step(Input input)
    {
        StepOnce(input);
        while (_effects.Next() is { } report)
        {
            StepOnce(report);
        }
    }

    /// <summary>The member leads, and writes as many batches of this many commands.</summary>
    public void Work(int batches, int commands = 3)
    {
        if (State.Status.Role != Role.Leader)
        {
            Step(Input.CampaignRequested);
        }

        for (var i = 0; i < batches; i++)
        {
            Clock.Pass(TimeSpan.FromMilliseconds(1));
            Step(Input.NewProposed([.. Enumerable.Range(0, commands).Select(n => (ReadOnlyMemory<byte>)new byte[10 + ((i + n) % 50)])]));
        }
    }

    public void Write() => Recorder.Writer.Turn();

    /// <summary>What is there, replayed.</summary>
    public List<Replayed> Replay() => [.. new Replayer().Run(new RecordingReader(Disk, Directory).Read())];

    public List<Told> Tell() => [.. new StoryTeller().Tell(new Replayer().Run(new RecordingReader(Disk, Directory).Read()))];

    public void Dispose()
    {
        Recorder.Finish();
        Write();
        Recorder.Dispose();
    }

    private void StepOnce(Input input)
    {
        Recorder.BeginTurn(State);
        State = RaftMachine.Step(State, input, _output);
        Recorder.Stepped(input, State, _output);
        Steps++;
        _output.Drain(_effects);
    }

    /// <summary>A host that writes and applies at once.</summary>
    private sealed class Effects : IEffectSink
    {
        private readonly Queue<Input> _reports = new();

        public Input? Next() => _reports.TryDequeue(out var report) ? report : null;

        public void Persist(PersistBatch batch) => _reports.Enqueue(Input.NewPersisted(batch.Sequence));

        public void Apply(Entry[] entries) => _reports.Enqueue(Input.NewApplied(entries[^1].Index));

        public void Send(Message message)
        {
            // There is nobody.
        }

        public void ReleaseRead(ulong context, ulong index) => Send(null!);

        public void RefuseRead(ulong context, Refusal reason) => Send(null!);

        public void RefuseProposals(ReadOnlyMemory<byte>[] payloads, Refusal reason) => Send(null!);

        public void RefuseConfiguration(ConfigurationChange change, Refusal reason) => Send(null!);

        public void SendSnapshot(ulong peer, ulong term) => Send(null!);

        public void RestoreSnapshot(SnapshotMark mark) => Send(null!);

        public void LeadershipChanged(Role role, ulong term, ulong leader) => Send(null!);

        public void ConfigurationChanged(Configuration configuration) => Send(null!);
    }
}
