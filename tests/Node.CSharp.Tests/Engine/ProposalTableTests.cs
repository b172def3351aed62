// Who is told what became of a proposal: the one who made it, once, and nobody else.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Ports;
using Xunit;

namespace Kv.Node.Tests.Engine;

public sealed class ProposalTableTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(7);

    [Fact]
    public async Task The_outcome_reaches_the_caller_once()
    {
        var table = new ProposalTable(HostPorts.OfProcess, Timeout);
        var caller = table.Open(out var id).Task;
        var outcome = new Outcome(5, id, StoreError.None, new EmptyReply(2));

        table.Complete(outcome);
        table.Fail(id, EtcdErrors.Timeout);

        Assert.Same(outcome, await caller);
        Assert.Equal((0, 0L), (table.Count, table.Failed));
    }

    [Fact]
    public void Members_and_restarts_that_begin_at_the_same_moment_share_no_id()
    {
        var clock = new StoppedClock();
        var ids = new HashSet<ulong>();
        for (var table = 0; table < 50; table++)
        {
            var proposals = new ProposalTable(HostPorts.OfProcess with { Clock = clock }, Timeout);
            for (var i = 0; i < 100; i++)
            {
                proposals.Open(out var id);
                Assert.True(ids.Add(id));
            }
        }

        Assert.DoesNotContain(0UL, ids);
    }

    [Fact]
    public void Past_the_bound_callers_are_turned_away_and_those_who_wait_are_not_disturbed()
    {
        var table = new ProposalTable(HostPorts.OfProcess, Timeout);
        for (var i = 0; i < ProposalTable.PendingMax; i++)
        {
            table.Open(out _);
        }

        var refusal = Assert.Throws<EtcdException>(() => table.Open(out _));
        Assert.Equal(EtcdErrors.TooManyRequests.Message, refusal.Message);
        Assert.Equal(ProposalTable.PendingMax, table.Count);
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
