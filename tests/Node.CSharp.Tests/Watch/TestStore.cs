using System.Text;
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.Raft;

namespace Kv.Node.Tests.Watch;

/// <summary>A store driven directly through its reducer, one batch of entries a call.</summary>
internal sealed class TestStore
{
    private readonly List<Outcome> _outcomes = [];
    private StoreState _state = StoreState.Create(7, [new Member(1, "a", ["http://a:1"], [], false)]);

    /// <summary>Raised with each new state, as the applier does.</summary>
    public event Action<StoreState>? Published;

    public StoreState State => Volatile.Read(ref _state);

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static Command PutCommand(string key, string value) =>
        Command.NewPut(new PutRequest(Bytes(key), Bytes(value), 0));

    public static Command DeleteCommand(string key, string end = "") =>
        Command.NewDeleteRange(new DeleteRequest(Bytes(key), Bytes(end)));

    /// <returns>The revision of the put.</returns>
    public long Put(string key, string value = "v") => Apply(PutCommand(key, value));

    public long Delete(string key) => Apply(DeleteCommand(key));

    public long PutAll(params string[] keys)
    {
        var puts = keys.Select(key => Operation.NewPut(new PutRequest(Bytes(key), Bytes("v"), 0))).ToArray();
        return Apply(Command.NewTxn(new TxnRequest([], puts, [])));
    }

    public TxnReply Txn(TxnRequest request)
    {
        Apply(Command.NewTxn(request));
        return (TxnReply)_outcomes[^1].Reply;
    }

    public void Compact(long revision) => Apply(Command.NewCompact(revision));

    /// <summary>Applies commands as one batch and publishes the result.</summary>
    /// <returns>The revision afterwards.</returns>
    public long Apply(params Command[] commands)
    {
        var index = _state.AppliedIndex;
        var entries = commands
            .Select(command => new Entry(++index, 1, EntryKind.Normal, CommandCodec.Encode(1, command)))
            .ToArray();
        _outcomes.Clear();
        var next = StoreMachine.Apply(_state, entries, _outcomes);
        foreach (var outcome in _outcomes)
        {
            Xunit.Assert.Equal(StoreError.None, outcome.Error);
        }

        Volatile.Write(ref _state, next);
        Published?.Invoke(next);
        return next.Revision;
    }

    /// <summary>Removes all compacted rows, as the applier does between batches.</summary>
    public void Sweep()
    {
        StoreState before;
        do
        {
            before = _state;
            _state = StoreMachine.CompactSlice(before, 1000);
        }
        while (!ReferenceEquals(before, _state));
    }
}
