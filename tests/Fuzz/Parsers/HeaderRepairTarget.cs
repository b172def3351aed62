using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Kv.Node.Listeners;

namespace Fuzz.Parsers;

/// <summary>A cleartext HTTP/2 connection on its way to the server: what passes is what came, but for schemes in
/// authorities. The first byte says how it is cut into pieces.</summary>
internal sealed class HeaderRepairTarget() : Target("http2")
{
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    public override int QuickInputs => 3_000;

    public override IEnumerable<string> Words => ["http://", "https://", "://", ":authority", "\u0001", "PRI "];

    public override IEnumerable<byte[]> Corpus()
    {
        byte[] plain = [0x82, 0x86, 0x84, 0x41, 21, .. "http://127.0.0.1:2379"u8];
        byte[] named = [0x00, 10, .. ":authority"u8, 16, .. "https://host:234"u8, 0x0F, 0x0D, 3, .. "1.0"u8];
        byte[] huffman = [0x41, 0x87, 0x9D, 0x29, 0xAE, 0xE3, 0x0C, 0x05, 0x87, 0x3F, 0xE1, 0x1F];
        yield return [0, .. Preface, .. Frame(4, 0, 0, []), .. Frame(1, 4, 1, plain), .. Frame(0, 1, 1, [1, 2, 3])];
        yield return [77, .. Preface, .. Frame(1, 0x2C, 1, [2, 0, 0, 0, 0, 9, .. plain, 0, 0]), .. Frame(6, 0, 0, new byte[8]), .. Frame(6, 1, 0, new byte[8])];
        yield return [200, .. Preface, .. Frame(1, 4, 3, named), .. Frame(9, 4, 3, plain), .. Frame(1, 5, 5, huffman)];
    }

    public override Answer Run(byte[] input)
    {
        var stream = input.AsMemory(Math.Min(1, input.Length));
        var whole = Read([stream], out var pings);
        var pieces = Read(Pieces.Cut(stream, input.Length == 0 ? (byte)0 : input[0]), out var pingsInPieces);
        OracleException.Require(whole.AsSpan().SequenceEqual(pieces) && pings == pingsInPieces, "cut into pieces, something else passes");
        OracleException.Require(whole.Length == stream.Length, "not all of it passes");
        var changes = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            changes += whole[i] == stream.Span[i] ? 0 : 1;
        }

        var decision = Http2Preface.Decide(Pieces.Sequence(Pieces.Cut(stream, 1)));
        OracleException.Require(decision == Http2Preface.Decide(new ReadOnlySequence<byte>(stream)), "cut into pieces, it is another protocol");
        return new Answer(decision == FirstBytes.Http2, $"{decision} {changes} {Math.Min(pings, 3)}");
    }

    /// <summary>What a consumer gets that takes all it is given, a byte less at times.</summary>
    private static byte[] Read(IEnumerable<ReadOnlyMemory<byte>> pieces, out int pings)
    {
        // The reader writes into the buffers it is given.
        var own = pieces.Select(piece => (ReadOnlyMemory<byte>)piece.ToArray());
        var seen = 0;
        var reader = new AuthorityRepairReader(Pieces.Reader(own), new PingWatch { OnPing = () => seen++ });
        var passed = new List<byte>();
        ReadResult result;
        do
        {
            result = reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var taken = result.Buffer;
            if (taken.Length % 3 == 2 && !result.IsCompleted)
            {
                taken = taken.Slice(0, taken.Length - 1);
            }

            passed.AddRange(taken.ToArray());
            reader.AdvanceTo(taken.End, result.Buffer.End);
        }
        while (!result.IsCompleted);
        pings = seen;
        return [.. passed];
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }
}
