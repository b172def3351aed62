// The timers of leases, against a list that is searched.
using Kv.Node.Leases;
using Xunit;

namespace Kv.Node.Tests.Leases;

public sealed class LeaseClockTests
{
    private const long IntervalMs = 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Leases_end_at_their_time_and_in_order_whatever_happens_to_them(int seed)
    {
        var random = new Random(seed);
        var clock = new LeaseClock(IntervalMs);
        var model = new Dictionary<long, long>();
        var now = 0L;
        for (var step = 0; step < 20_000; step++)
        {
            var id = random.Next(200);
            switch (random.Next(5))
            {
                case 0:
                    var ttl = random.Next(1, 1000);
                    clock.Start(id, ttl, ttl * 1000, isStored: false, now);
                    model[id] = now + (ttl * 1000);
                    break;
                case 1 when clock.Find(id) is { } timer:
                    clock.Renew(timer, now);
                    model[id] = now + (timer.TtlSeconds * 1000);
                    break;
                case 2 when random.Next(4) == 0:
                    clock.Remove(id);
                    model.Remove(id);
                    break;
                default:
                    now += random.Next(20_000);
                    break;
            }

            while (clock.TakeExpired(now) is { } over)
            {
                Assert.True(model.Remove(over.Id, out var deadline));
                Assert.True(deadline <= now);
                clock.Remove(over.Id);
            }

            Assert.DoesNotContain(model, lease => lease.Value <= now);
            Assert.Equal(model.Count, clock.Count);
        }
    }

    [Fact]
    public void An_expired_lease_comes_up_again_only_when_told_to()
    {
        var clock = new LeaseClock(IntervalMs);
        clock.Start(1, 10, 10_000, isStored: false, 0);
        Assert.Null(clock.TakeExpired(9_999));
        var over = clock.TakeExpired(10_000)!;
        Assert.Null(clock.TakeExpired(20_000));

        clock.Retry(over, 20_500);
        Assert.Null(clock.TakeExpired(20_499));
        Assert.Same(over, clock.TakeExpired(20_500));

        clock.Remove(1);
        clock.Retry(over, 30_000);
        Assert.Null(clock.TakeExpired(30_000));
    }

    [Fact]
    public void Long_leases_are_stored_one_interval_after_they_began_and_each_after_that()
    {
        var clock = new LeaseClock(IntervalMs);
        clock.Start(1, 1000, 1_000_000, isStored: false, 0);
        clock.Start(2, 300, 300_000, isStored: false, 0);

        Assert.Equal([(1L, 700L)], Stored(clock, IntervalMs));
        Assert.Equal([(1L, 400L)], Stored(clock, 2 * IntervalMs));
        Assert.Equal([(1L, 100L)], Stored(clock, 3 * IntervalMs));
        Assert.Empty(Stored(clock, 999_999));
    }

    [Fact]
    public void A_lease_that_is_kept_alive_often_is_never_stored()
    {
        var clock = new LeaseClock(IntervalMs);
        clock.Start(1, 600, 600_000, isStored: false, 0);
        for (var now = 0L; now < 100 * IntervalMs; now += 200_000)
        {
            Assert.Empty(Stored(clock, now));
            clock.Renew(clock.Find(1)!, now);
        }
    }

    [Fact]
    public void A_renewed_lease_is_stored_again_though_it_was_near_its_end()
    {
        var clock = new LeaseClock(IntervalMs);
        clock.Start(1, 600, 600_000, isStored: false, 0);
        Assert.Equal([(1L, 300L)], Stored(clock, IntervalMs));
        clock.Renew(clock.Find(1)!, 590_000);
        Assert.Empty(Stored(clock, 590_000 + IntervalMs - 1));
        Assert.Equal([(1L, 300L)], Stored(clock, 590_000 + IntervalMs));
    }

    private static List<(long Id, long Left)> Stored(LeaseClock clock, long now)
    {
        var stored = new List<(long, long)>();
        while (clock.TakeCheckpoint(now) is { } timer)
        {
            stored.Add((timer.Id, timer.SecondsLeft(now)));
        }

        return stored;
    }
}
