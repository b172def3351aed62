// The recorder: what it keeps can be replayed, is bounded, says where something is missing, and costs the node nothing
// when the disk fails.
using Kv.Core.Raft;
using Kv.Node.Recording;
using Kv.Node.Replay;
using Kv.Node.Tests.Wal;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kv.Node.Tests.Recording;

public sealed class RecorderTests
{
    [Fact]
    public void Every_step_is_replayed_to_the_state_the_node_is_in()
    {
        using var member = new RecordedMember();
        member.Work(500);
        member.Write();

        var replay = member.Replay();

        var start = Assert.IsType<ReplayedStart>(replay[0]);
        Assert.True(start.IsNewRun);
        Assert.Equal(member.Steps, replay.OfType<ReplayedStep>().Count());
        Assert.Equal(member.Steps + 1, replay.Count);
        var last = Assert.IsType<ReplayedStep>(replay[^1]);
        Assert.Equal((ulong)member.Steps, last.Number);
        Assert.Equal(member.Clock.GetUtcNow(), last.Time);
        Assert.Equal((member.State.Status.Commit, member.State.Status.LastIndex), (last.After.Status.Commit, last.After.Status.LastIndex));
    }

    [Fact]
    public void A_recording_is_bounded_and_what_is_left_is_replayed()
    {
        using var member = new RecordedMember(bytesMax: RecordingFiles.BytesMin);
        var most = 0L;
        for (var i = 0; i < 400; i++)
        {
            member.Work(100);
            member.Write();
            most = Math.Max(most, member.Bytes);
        }

        Assert.InRange(most, RecordingFiles.BytesMin / 2, RecordingFiles.BytesMin);
        Assert.DoesNotContain(member.Segments, path => path.EndsWith("0000000000000001.rec", StringComparison.Ordinal));
        var replay = member.Replay();
        Assert.False(Assert.IsType<ReplayedStart>(replay[0]).IsNewRun);
        Assert.All(replay.Skip(1), item => Assert.IsType<ReplayedStep>(item));
        Assert.Equal((ulong)member.Steps, Assert.IsType<ReplayedStep>(replay[^1]).Number);
    }

    [Fact]
    public void Runs_of_the_process_share_the_bound_and_follow_each_other()
    {
        using var first = new RecordedMember(bytesMax: RecordingFiles.BytesMin);
        for (var i = 0; i < 300; i++)
        {
            first.Work(100);
            first.Write();
        }

        using var second = new RecordedMember(bytesMax: RecordingFiles.BytesMin, disk: first.Disk);
        for (var i = 0; i < 50; i++)
        {
            second.Work(100);
            second.Write();
        }

        Assert.InRange(second.Bytes, RecordingFiles.BytesMin / 2, RecordingFiles.BytesMin);
        var replay = second.Replay();
        Assert.Equal([true], replay.OfType<ReplayedStart>().Skip(1).Select(start => start.IsNewRun));
        Assert.Equal(second.Steps, replay.SkipWhile(item => item is not ReplayedStart { IsNewRun: true }).OfType<ReplayedStep>().Count());
    }

    [Fact]
    public void A_writer_that_does_not_keep_up_leaves_a_gap_that_is_told()
    {
        using var member = new RecordedMember();
        member.Work(25_000, commands: 10);
        member.Write();
        member.Work(100);
        member.Write();

        var replay = member.Replay();

        var gap = Assert.Single(replay.OfType<ReplayedGap>());
        Assert.InRange(gap.Count, 100UL, (ulong)member.Steps);
        Assert.Equal((ulong)member.Steps, (ulong)replay.OfType<ReplayedStep>().Count() + gap.Count);
        Assert.Equal((ulong)member.Steps, Assert.IsType<ReplayedStep>(replay[^1]).Number);
        Assert.Contains(member.Tell(), line => line.Kind == "gap" && line.Text.StartsWith($"{gap.Count} steps were not recorded", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_that_fails_costs_a_part_of_the_recording_and_is_told_once()
    {
        var log = new CountingLog();
        using var member = new RecordedMember(logger: log);
        member.Work(10);
        member.Write();
        for (var i = 0; i < 3; i++)
        {
            member.Disk.FailNextWrite = true;
            member.Work(10);
            member.Write();
        }

        Assert.Equal(["RecorderNotWritten"], log.Events);

        member.Clock.Pass(TimeSpan.FromSeconds(11));
        member.Disk.FailNextWrite = false;
        member.Work(10);
        member.Write();
        member.Work(10);
        member.Write();

        Assert.Equal(["RecorderNotWritten", "RecorderGoesOn"], log.Events);
        var replay = member.Replay();
        Assert.DoesNotContain(replay, item => item is ReplayedDamage or ReplayedDivergence);
        Assert.Equal(2, replay.OfType<ReplayedStart>().Count());
        Assert.Equal((ulong)member.Steps, replay.OfType<ReplayedStep>().Last().Number);
    }

    [Fact]
    public void The_wall_clock_is_followed_where_it_is_set()
    {
        using var member = new RecordedMember();
        member.Work(10);
        member.Clock.Set(TimeSpan.FromSeconds(-90));
        member.Clock.Pass(TimeSpan.FromMilliseconds(200));
        member.Work(10);
        member.Clock.Pass(TimeSpan.FromMilliseconds(200));
        member.Work(10);
        member.Write();

        var replay = member.Replay();

        Assert.Equal(-90, Assert.Single(replay.OfType<ReplayedClockSet>()).By.TotalSeconds, 0.5);
        Assert.Equal(member.Clock.GetUtcNow(), replay[^1].Time);
        Assert.Contains(member.Tell(), line => line.Text == "the wall clock was set 90.00 s back");
    }

    [Fact]
    public void Notes_of_the_host_stand_among_the_steps()
    {
        using var member = new RecordedMember();
        member.Recorder.Note(NoteKind.Started, "one");
        member.Recorder.Note(NoteKind.Members, "one\ntwo", 1, 2);
        member.Work(1);
        member.Recorder.Note(NoteKind.SnapshotTaken, numbers: [7, 1_000]);
        member.Work(1);
        member.Recorder.Note(NoteKind.Faulted, "no more");
        member.Recorder.Finish();
        member.Write();

        var story = member.Tell();

        Assert.StartsWith("member 1 (one) of cluster 4d starts with kvnode ", story[0].Text, StringComparison.Ordinal);
        Assert.Equal(["wrote a snapshot at 7, 1000 bytes", "the node cannot go on: no more"], story.Where(line => line.Kind == "host").Select(line => line.Text));
        Assert.Equal((ulong)member.Steps, story[^1].Step);
    }

    [Fact]
    public void A_step_that_ended_the_node_is_recorded_and_must_do_so_again()
    {
        using var member = new RecordedMember();
        member.Work(3);
        member.Recorder.Failed(Input.NewApplied(1), new Core.InvariantException("some-rule", "it was broken"));
        member.Write();

        var divergence = Assert.IsType<ReplayedDivergence>(member.Replay()[^1]);

        Assert.Equal((ulong)member.Steps + 1, divergence.Number);
        Assert.Contains("the node failed (it was broken), and the replay did not, after: Applied 1", divergence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_is_recorded_without_allocating_anything()
    {
        using var member = new RecordedMember();
        member.Work(3);
        var output = new StepOutput();
        var input = Input.NewProposed([new byte[100], new byte[200], new byte[200]]);
        var next = RaftMachine.Step(member.State, input, output);
        member.Recorder.Stepped(input, next, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            member.Recorder.BeginTurn(next);
            member.Recorder.Stepped(input, next, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class CountingLog : ILogger
    {
        public List<string> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add(eventId.Name!);
    }
}
