using Kv.Node.Engine;
using Kv.Node.Tests.Leases;
using Xunit;

namespace Kv.Node.Tests.Engine;

public sealed class HeartbeatWatchTests
{
    [Fact]
    public void Only_heartbeats_of_the_leader_past_twice_the_interval_are_late()
    {
        var clock = new ManualClock();
        var watch = new HeartbeatWatch(clock, TimeSpan.FromMilliseconds(100));
        Beat(5_000, isLeader: false);
        Beat(5_000, isLeader: true);
        Beat(200, isLeader: true);
        Assert.Equal(0, watch.Late);

        Beat(201, isLeader: true);
        Beat(900, isLeader: true);
        Beat(900, isLeader: false);
        Assert.Equal(2, watch.Late);

        void Beat(int afterMs, bool isLeader)
        {
            clock.Advance(TimeSpan.FromMilliseconds(afterMs));
            watch.Beat(isLeader);
        }
    }
}
