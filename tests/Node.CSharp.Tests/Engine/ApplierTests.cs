// The applier by hand, turn by turn: what is published, in which order.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Options;
using Kv.Node.Ports;
using Xunit;

namespace Kv.Node.Tests.Engine;

public sealed class ApplierTests
{
    private readonly Mailbox _mailbox = new();
    private readonly List<StoreState> _published = [];
    private readonly ProposalTable _proposals;
    private readonly Applier _applier;
    private ulong _index;

    public ApplierTests()
    {
        var timeout = TimeSpan.FromSeconds(5);
        _proposals = new ProposalTable(HostPorts.OfProcess, timeout);
        _applier = new Applier(
            StoreState.Create(1, [new Member(7, "a", ["http://127.0.0.1:1"], [], false)]),
            _mailbox,
            _proposals,
            new ReadGate(_mailbox, HostPorts.OfProcess, timeout, timeout),
            new NodeMetrics(),
            new NodeOptions());
        _applier.Published += _published.Add;
    }

    [Fact]
    public void Entries_of_several_effects_are_one_batch()
    {
        _applier.Enqueue([Put("a"), Put("b")]);
        _applier.Enqueue([Put("c")]);
        _applier.Turn();
        Assert.Equal(4, Assert.Single(_published).Revision);
        Assert.Equal(3UL, _applier.State.AppliedIndex);
        Assert.Equal(0, _applier.WaitingEntries);
    }

    [Fact]
    public void The_state_before_a_compaction_is_published_so_that_watchers_see_what_it_removes()
    {
        _applier.Enqueue([Put("a"), Put("a"), Entry(Command.NewCompact(3)), Put("a")]);
        _applier.Turn();
        Assert.Equal([(3L, -1L), (4L, 3L)], _published.Select(s => (s.Revision, s.CompactRevision)));
    }

    [Fact]
    public void Compacted_rows_are_removed_in_later_turns_without_a_new_revision()
    {
        for (var i = 0; i < 5_000; i++)
        {
            _applier.Enqueue([Put("a")]);
        }

        _applier.Enqueue([Entry(Command.NewCompact(5_001))]);
        _applier.Turn();
        var before = _applier.State;
        for (var turn = 0; turn < 20; turn++)
        {
            _applier.Turn();
        }

        Assert.Equal(before.Revision, _applier.State.Revision);
        Assert.Equal(before.StateHash(), _applier.State.StateHash());
        Assert.InRange(_applier.State.SizeBytes, 1, before.SizeBytes / 100);
    }

    [Fact]
    public void A_received_state_replaces_the_present_one_in_its_turn()
    {
        _applier.Enqueue([Put("a")]);
        var other = StoreState.Create(2, []);
        _applier.Enqueue(other);
        _applier.Turn();
        Assert.Equal([2L, 1L], _published.Select(s => s.Revision));
        Assert.Same(other, _published[^1]);
    }

    [Fact]
    public async Task Nobody_waits_for_what_a_received_state_may_hold_already()
    {
        var waiting = _proposals.Open(out _).Task;

        _applier.Enqueue(StoreState.Create(2, []));
        _applier.Turn();

        Assert.Equal(EtcdErrors.Timeout.Message, (await Assert.ThrowsAsync<EtcdException>(async () => await waiting)).Message);
    }

    private Entry Put(string key) =>
        Entry(Command.NewPut(new PutRequest(System.Text.Encoding.UTF8.GetBytes(key), new byte[8], 0)));

    private Entry Entry(Command command) =>
        new(++_index, 1, EntryKind.Normal, CommandCodec.Encode(0, command));
}
