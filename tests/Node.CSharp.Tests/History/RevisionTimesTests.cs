using Kv.Node.History;
using Kv.Node.Ports;
using Kv.Node.Tests.Leases;
using Kv.Node.Tests.Ports;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Kv.Node.Tests.History;

/// <summary>The map of time to revision, and its file.</summary>
public sealed class RevisionTimesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string FilePath => Path.Combine(_directory.Root, "times");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_time_between_two_looks_has_the_revision_of_the_earlier_if_they_are_close_or_saw_the_same()
    {
        var times = new RevisionTimes([]);
        Add(times, (1_000, 5), (2_000, 5), (3_000, 7), (60_000, 7), (61_000, 8), (100_000, 9));
        Assert.Equal(
            [null, 5, 5, 5, 7, 7, 7, 8, null, 9, 9, null],
            new long[] { 999, 1_000, 1_500, 2_999, 3_000, 30_000, 60_999, 61_000, 61_001, 100_000, 102_000, 102_001 }.Select(times.At));
        Assert.Equal((1_000, 100_000), times.Span);
    }

    [Fact]
    public void A_clock_that_goes_back_and_a_store_that_is_behind_say_nothing()
    {
        var times = new RevisionTimes([]);
        Add(times, (1_000, 5), (500, 9), (1_000, 9), (1_500, 4), (2_000, 6));
        Assert.Equal([5, 5, 6], new long[] { 1_000, 1_999, 2_000 }.Select(time => times.At(time)!.Value));
    }

    [Fact]
    public void The_oldest_are_forgotten_past_the_bound()
    {
        var times = new RevisionTimes([]);
        for (var i = 1; i <= RevisionTimes.PointsMax + 1; i++)
        {
            times.Add(new RevisionPoint(i * 1_000L, i));
        }

        Assert.Null(times.At(1_000));
        Assert.Equal(RevisionTimes.PointsMax, times.At(RevisionTimes.PointsMax * 1_000L));
        Assert.InRange(times.Span!.Value.First, 1_001, RevisionTimes.PointsMax * 1_000L / 4);
    }

    [Fact]
    public void What_was_recorded_is_known_after_a_restart_and_the_time_between_is_not()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow().ToUnixTimeMilliseconds();
        long[] seen = [3, 3, 3, 4, 4, 4, 4, 6, 6];
        Record(clock, seen);
        clock.Advance(TimeSpan.FromMinutes(5));
        Record(clock, [9, 9]);

        using var file = RevisionTimesFile.Open(new PhysicalDisk(), FilePath);
        var times = new RevisionTimes(file.Points);
        for (var i = 0; i < seen.Length; i++)
        {
            Assert.Equal(seen[i], times.At(start + (i * 1_000)));
        }

        Assert.Null(times.At(start + (4 * 60_000)));
        Assert.Equal(9, times.At(clock.GetUtcNow().ToUnixTimeMilliseconds() - 1_000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(8 + 20 + 19)]
    public void A_torn_end_is_cut_and_written_over(int length)
    {
        var clock = new ManualClock();
        Record(clock, [1, 2, 3]);
        using (var file = new PhysicalDisk().Open(FilePath))
        {
            file.Truncate(length);
        }

        Record(clock, [4, 5]);
        using var again = RevisionTimesFile.Open(new PhysicalDisk(), FilePath);
        Assert.Equal(length > 20 ? [1, 4, 5] : [4, 5], again.Points.Select(point => point.Revision));
    }

    [Fact]
    public void A_damaged_record_costs_what_it_said_and_is_told_once()
    {
        Record(new ManualClock(), [1, 2, 3]);
        var bytes = File.ReadAllBytes(FilePath);
        bytes[8 + 20 + 3] ^= 1;
        File.WriteAllBytes(FilePath, bytes);
        using (var file = RevisionTimesFile.Open(new PhysicalDisk(), FilePath))
        {
            Assert.Equal([1L, 3L], file.Points.Select(point => point.Revision));
            Assert.Contains($"{FilePath} is damaged at offset 28: 1 records", file.Damage, StringComparison.Ordinal);
        }

        using var again = RevisionTimesFile.Open(new PhysicalDisk(), FilePath);
        Assert.Equal([1L, 3L], again.Points.Select(point => point.Revision));
        Assert.Null(again.Damage);
    }

    [Fact]
    public void A_file_of_something_else_is_made_anew_and_told()
    {
        Record(new ManualClock(), [1, 2, 3]);
        var bytes = File.ReadAllBytes(FilePath);
        bytes[7] ^= 2;
        File.WriteAllBytes(FilePath, bytes);
        using var file = RevisionTimesFile.Open(new PhysicalDisk(), FilePath);
        Assert.Empty(file.Points);
        Assert.Contains("is made anew", file.Damage, StringComparison.Ordinal);
    }

    private void Record(ManualClock clock, IEnumerable<long> revisions)
    {
        using var file = RevisionTimesFile.Open(new PhysicalDisk(), FilePath);
        var recorder = new RevisionRecorder(file, clock, NullLogger.Instance);
        foreach (var revision in revisions)
        {
            recorder.Look(revision);
            clock.Advance(RevisionRecorder.Interval);
        }

        recorder.Finish();
    }

    private static void Add(RevisionTimes times, params (long Time, long Revision)[] points)
    {
        foreach (var (time, revision) in points)
        {
            times.Add(new RevisionPoint(time, revision));
        }
    }
}
