using Damage;
using Kv.Core.Apply;
using Kv.Core.Raft;

namespace Fuzz.Parsers;

/// <summary>Changes of the membership in log entries.</summary>
internal sealed class ConfigurationChangeTarget() : Target("configuration-change")
{
    public override int QuickInputs => 500;

    public override IEnumerable<byte[]> Corpus()
    {
        var add = CommandCodec.Encode(1, Command.NewMemberAdd(new Member(5, "", ["http://127.0.0.1:9"], [], true)));
        yield return Encode(add, (ConfigurationOperation.AddLearner, 5));
        yield return Encode([], (ConfigurationOperation.AddVoter, 5), (ConfigurationOperation.Remove, Samples.MemberId));
        yield return Encode([], (ConfigurationOperation.Update, Samples.MemberId));
        yield return Encode([]);
    }

    public override Answer Run(byte[] input)
    {
        var state = Samples.Open;
        var after = StoreMachine.Apply(state, [Samples.EntryAfter(state, EntryKind.Configuration, input)], []);
        SnapshotTarget.RequireSound(after);
        if (!ConfigurationCodec.TryDecode(input, out var change))
        {
            return Answer.Refused("malformed");
        }

        OracleException.Require(input.AsSpan().SequenceEqual(ConfigurationCodec.Encode(change)), "one change has two encodings");
        return Answer.Accepted($"{change.Steps.Length} {change.Context.Length > 0}");
    }

    private static byte[] Encode(byte[] context, params (ConfigurationOperation, ulong)[] steps) =>
        ConfigurationCodec.Encode(
            new ConfigurationChange([.. steps.Select(step => new ConfigurationStep(step.Item1, step.Item2))], context));
}
