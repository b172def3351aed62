// When history is compacted by itself, by a clock that is only a number (etcd-facts N11).
using Kv.Node.Compaction;
using Xunit;

namespace Kv.Node.Tests.Compaction;

public sealed class ScheduleTests
{
    [Fact]
    public void Periodic_waits_a_whole_period_then_keeps_about_one()
    {
        // A revision a second; etcd looks every 30 s at a period of 5 min.
        var schedule = new PeriodicSchedule(TimeSpan.FromMinutes(5), TimeSpan.Zero, 1);
        Assert.Equal(TimeSpan.FromSeconds(30), schedule.Interval);

        Assert.Equal([(300, 1L), (600, 271), (900, 571)], Run(schedule, seconds: 900));
    }

    [Fact]
    public void Long_periods_are_compacted_every_hour_once_the_first_is_over()
    {
        var schedule = new PeriodicSchedule(TimeSpan.FromHours(3), TimeSpan.Zero, 1);
        Assert.Equal(TimeSpan.FromMinutes(6), schedule.Interval);

        // Kept is the period and up to one look more.
        Assert.Equal(
            [(3 * 3600, 1L), (4 * 3600, 3_241), (5 * 3600, 6_841)],
            Run(schedule, seconds: (5 * 3600) + 1_800));
    }

    [Fact]
    public void Periodic_tries_again_at_the_next_look_if_it_failed()
    {
        var schedule = new PeriodicSchedule(TimeSpan.FromSeconds(10), TimeSpan.Zero, 5);
        for (var second = 1; second < 10; second++)
        {
            Assert.Equal(0, schedule.Look(TimeSpan.FromSeconds(second), 100, leads: true));
        }

        Assert.Equal(5, schedule.Look(TimeSpan.FromSeconds(10), 100, leads: true));
        Assert.Equal(5, schedule.Look(TimeSpan.FromSeconds(11), 100, leads: true));
        schedule.Done(TimeSpan.FromSeconds(11), 5);
        Assert.Equal(0, schedule.Look(TimeSpan.FromSeconds(12), 100, leads: true));
    }

    [Fact]
    public void Periodic_compacts_nothing_twice()
    {
        var schedule = new PeriodicSchedule(TimeSpan.FromSeconds(10), TimeSpan.Zero, 5);

        Assert.Equal([(10, 5L)], Run(schedule, seconds: 60, revisionAt: _ => 5));
    }

    [Fact]
    public void A_follower_keeps_count_so_that_it_can_take_over()
    {
        var schedule = new PeriodicSchedule(TimeSpan.FromSeconds(10), TimeSpan.Zero, 1);
        for (var second = 1; second <= 30; second++)
        {
            Assert.Equal(0, schedule.Look(TimeSpan.FromSeconds(second), second + 1, leads: false));
        }

        Assert.Equal(21, schedule.Look(TimeSpan.FromSeconds(31), 32, leads: true));
    }

    [Fact]
    public void By_revision_a_number_is_kept()
    {
        var schedule = new RevisionSchedule(1_000);
        Assert.Equal(TimeSpan.FromMinutes(5), schedule.Interval);
        Assert.Equal(0, schedule.Look(default, 1_000, leads: true));
        Assert.Equal(0, schedule.Look(default, 1_500, leads: false));
        Assert.Equal(500, schedule.Look(default, 1_500, leads: true));
        Assert.Equal(500, schedule.Look(default, 1_500, leads: true));
        schedule.Done(default, 500);
        Assert.Equal(0, schedule.Look(default, 1_500, leads: true));
        Assert.Equal(501, schedule.Look(default, 1_501, leads: true));
    }

    private static List<(int Second, long Revision)> Run(
        PeriodicSchedule schedule, int seconds, Func<int, long>? revisionAt = null)
    {
        var done = new List<(int, long)>();
        var interval = (int)schedule.Interval.TotalSeconds;
        for (var second = interval; second <= seconds; second += interval)
        {
            var now = TimeSpan.FromSeconds(second);
            if (schedule.Look(now, revisionAt?.Invoke(second) ?? second + 1, leads: true) is var target and > 0)
            {
                done.Add((second, target));
                schedule.Done(now, target);
            }
        }

        return done;
    }
}
