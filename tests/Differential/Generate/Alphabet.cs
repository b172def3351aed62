// Few keys, so that requests meet each other's: overwritten, deleted, created again, caught by ranges.
// Among them are the bytes where orders and prefixes go wrong (0x00, 0xff).
using Google.Protobuf;

namespace Differential.Generate;

/// <summary>Keys, range ends, values and revisions.</summary>
internal sealed class Alphabet(SplitMix random)
{
    /// <summary>One zero byte: as a range end, no end at all.</summary>
    public static readonly ByteString Zero = Bytes(0);

    private static readonly ByteString[] Keys =
    [
        Text("a"), Text("ab"), Text("b"), Text("c"), Bytes((byte)'a', 0), Bytes((byte)'a', 0xff), Bytes((byte)'b', 0xff, 0xff),
        Text("d/1"), Text("d/2"), Text("d/3"), Bytes((byte)'d', (byte)'/', 0xff), Text("e/1"), Text("e/2"),
        Zero, Bytes(0, 0), Bytes(0xff), Bytes(0xff, 0xff), Bytes(0xff, 0), Text("é"), Text("long-key-long-key-long-key"),
    ];

    private static readonly string[] Prefixes = ["d/", "e/", "a", "d"];

    /// <summary>A key; seldom the empty one, which no request may name.</summary>
    public ByteString Key() => random.Below(60) == 0 ? ByteString.Empty : ValidKey();

    public ByteString ValidKey() => random.Pick<ByteString>(Keys);

    /// <summary>One of the keys before all of <see cref="HighKey"/>.</summary>
    public ByteString LowKey() => Keys[random.Below(3)];

    /// <summary>One of the keys after all of <see cref="LowKey"/>.</summary>
    public ByteString HighKey() => Keys[7 + random.Below(6)];

    /// <summary>A key and an end: a single key, a prefix, all that follows, anything (even backwards).</summary>
    public (ByteString Key, ByteString End) Range()
    {
        switch (random.Below(20))
        {
            case < 8:
                return (Key(), ByteString.Empty);
            case < 12:
                var prefix = random.Pick<string>(Prefixes);
                return (Text(prefix), Text(prefix[..^1] + (char)(prefix[^1] + 1)));
            case < 15:
                return (Key(), Zero);
            case 15:
                return (Zero, Zero);
            case 16:
                var key = ValidKey();
                return (key, ByteString.CopyFrom([.. key.Span, 0]));
            default:
                return (Key(), ValidKey());
        }
    }

    /// <summary>A value: mostly short, sometimes empty, seldom as large as a request may be.</summary>
    public ByteString Value() => random.Below(150) switch
    {
        0 => Filled(20_000 + random.Below(40_000)),
        < 5 => Filled(500 + random.Below(1500)),
        < 15 => ByteString.Empty,
        < 20 => Bytes(0xff, 0, (byte)random.Below(256)),
        _ => Text($"v{random.Below(30)}"),
    };

    /// <summary>A lease to attach: mostly none, else one of a few, granted or not.</summary>
    public long Lease() => random.Chance(75) ? 0 : random.Below(30) == 0 ? -1 : LeaseId();

    /// <summary>One of a few ids of leases that live long.</summary>
    public long LeaseId() => 1 + random.Below(6);

    /// <summary>A revision to read at: the newest, past, around the compacted one, not there yet, absurd.</summary>
    public long Revision() => random.Below(40) switch
    {
        < 18 => 0,
        < 28 => Model.Symbols.Current(-random.Small(6)),
        < 31 => Model.Symbols.Current(-random.Below(60)),
        < 36 => Model.Symbols.Compacted(random.Below(4) - 1),
        36 => Model.Symbols.Current(1 + random.Small(3)),
        37 => -1 - random.Small(3),
        38 => 1 + random.Small(3),
        _ => random.Pick(long.MaxValue, long.MinValue, int.MaxValue),
    };

    /// <summary>A bound of a revision filter: mostly a revision there is.</summary>
    public long Bound() => random.Below(12) == 0 ? random.Pick(-1L, long.MaxValue) : Model.Symbols.Current(-random.Below(25));

    /// <summary>So many bytes.</summary>
    public ByteString Filled(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)('A' + random.Below(26)));
        return ByteString.CopyFrom(bytes);
    }

    private static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static ByteString Bytes(params byte[] bytes) => ByteString.CopyFrom(bytes);
}
