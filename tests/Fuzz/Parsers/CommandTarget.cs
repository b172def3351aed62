using Damage;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Core.Raft;

namespace Fuzz.Parsers;

/// <summary>Commands in log entries: whatever stands in one, every member makes the same of it, and goes on.</summary>
internal sealed class CommandTarget() : Target("command")
{
    public override int QuickInputs => 400;

    public override IEnumerable<string> Words => ["/", "root", "\0", "a", "key/1", "leased", "/dir/one", "reader", "alice"];

    public override IEnumerable<byte[]> Corpus()
    {
        foreach (var command in SampleCommands.OfEveryKind(Samples.MemberId).Concat(Enumerable.Range(0, 10).Select(SampleCommands.Write)))
        {
            yield return CommandCodec.Encode(9, command);
            yield return CommandCodec.Encode(9, command, Caller.Node);
            yield return CommandCodec.Encode(9, command, Caller.User("alice", 9));
        }
    }

    public override Answer Run(byte[] input)
    {
        var isCommand = CommandCodec.TryDecode(input, out var requestId, out var command, out var caller);
        var shape = Apply(Samples.Full, input) + Apply(Samples.Open, input);
        if (!isCommand)
        {
            return Answer.Refused("malformed");
        }

        var encoded = CommandCodec.Encode(requestId, command, caller);
        OracleException.Require(
            CommandCodec.TryDecode(encoded, out var again, out var other, out var who), "what is encoded is not decoded");
        OracleException.Require(
            again == requestId && encoded.AsSpan().SequenceEqual(CommandCodec.Encode(again, other, who)), "encoded twice, it is not the same");
        return Answer.Accepted($"{command.Tag} {shape}");
    }

    /// <summary>Applies it; an entry that is refused changes nothing.</summary>
    private static string Apply(StoreState before, byte[] input)
    {
        var outcomes = new List<Outcome>();
        var after = StoreMachine.Apply(before, [Samples.EntryAfter(before, EntryKind.Normal, input)], outcomes);
        var hash = after.StateHash();
        if (outcomes is [{ Error: not StoreError.None }])
        {
            OracleException.Require(hash == before.StateHash(), $"refused with {outcomes[0].Error}, and yet something changed");
        }

        OracleException.Require(
            hash == StoreMachine.Apply(before, [Samples.EntryAfter(before, EntryKind.Normal, input)], []).StateHash(),
            "applied twice, it is not the same");
        SnapshotTarget.RequireSound(after);
        return outcomes.Count == 0 ? "none" : $"{outcomes[0].Error}";
    }
}
