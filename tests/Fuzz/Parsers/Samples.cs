// States and texts that several targets begin with.
using System.Text;
using Damage;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Raft;

namespace Fuzz.Parsers;

/// <summary>What valid inputs are made of.</summary>
internal static class Samples
{
    public const ulong ClusterId = 7;

    public const ulong MemberId = 0xA1;

    /// <summary>A state of a new cluster.</summary>
    public static StoreState Empty { get; } =
        StoreState.Create(ClusterId, [new Member(MemberId, "n1", ["http://127.0.0.1:2380"], [], false)]);

    /// <summary>A state that has something of everything.</summary>
    public static StoreState Full { get; } = Apply(Empty, [.. SampleCommands.OfEveryKind(MemberId)]);

    /// <summary>The same with its users and keys, and nobody asked who he is.</summary>
    public static StoreState Open { get; } = Apply(Full, [Command.NewAuth(AuthChange.Disable)]);

    public static StoreState Apply(StoreState state, params Command[] commands) => StoreMachine.Apply(
        state,
        [.. commands.Select((command, i) => new Entry(
            state.AppliedIndex + (ulong)i + 1, 1, EntryKind.Normal, CommandCodec.Encode(1, command, Caller.Node)))],
        []);

    /// <summary>The next entry of a state.</summary>
    public static Entry EntryAfter(StoreState state, EntryKind kind, ReadOnlyMemory<byte> data) =>
        new(state.AppliedIndex + 1, 1, kind, data);

    /// <summary>Valid inputs that are texts.</summary>
    public static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(Bytes);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
