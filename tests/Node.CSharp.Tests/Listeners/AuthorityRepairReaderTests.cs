// The reader under any cutting of the stream: what comes out is what went in, but for the authority.
using System.IO.Pipelines;
using System.Text;
using Kv.Node.Listeners;
using Xunit;

namespace Kv.Node.Tests.Listeners;

public sealed class AuthorityRepairReaderTests
{
    private static readonly byte[] Sent = Connection("http://127.0.0.1:2379");

    private static readonly byte[] Seen = Connection("httpx--127.0.0.1:2379");

    [Fact]
    public async Task Every_way_to_cut_the_stream_gives_the_same_bytes()
    {
        for (var piece = 1; piece <= Sent.Length; piece++)
        {
            Assert.Equal(Seen, await PassAsync(Sent, piece));
        }
    }

    [Fact]
    public async Task A_stream_that_ends_inside_a_header_frame_is_passed_on_to_its_end()
    {
        for (var length = 24; length < Sent.Length; length++)
        {
            Assert.Equal(length, (await PassAsync(Sent[..length], 7)).Length);
        }
    }

    [Fact]
    public async Task A_header_frame_longer_than_any_server_takes_is_not_waited_for()
    {
        byte[] sent = [.. Preface, 0x7F, 0xFF, 0xFF, 1, 4, 0, 0, 0, 1, .. new byte[100]];
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(sent);
        var result = await new AuthorityRepairReader(pipe.Reader, new PingWatch()).ReadAsync();
        Assert.Equal(sent.Length, result.Buffer.Length);
    }

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Preface, settings, two requests with data, one of them padded and with a priority.</summary>
    private static byte[] Connection(string authority)
    {
        var name = Encoding.ASCII.GetBytes(authority);
        byte[] block = [0x83, 0x86, 0x41, (byte)name.Length, .. name, 0x5f, 0x01, (byte)'x'];
        return
        [
            .. Preface,
            .. Frame(4, 0, []),
            .. Frame(1, 0x4, block),
            .. Frame(0, 0, [1, 2, 3]),
            .. Frame(1, 0x4 | 0x8 | 0x20, [2, 0, 0, 0, 0, 16, .. block, 0, 0]),
            .. Frame(0, 1, new byte[40]),
        ];
    }

    private static byte[] Frame(byte type, byte flags, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 1, .. payload];

    private static async Task<byte[]> PassAsync(byte[] bytes, int piece)
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16));
        var reader = new AuthorityRepairReader(pipe.Reader, new PingWatch());
        var reading = ReadAllAsync(reader);
        foreach (var part in bytes.Chunk(piece))
        {
            await pipe.Writer.WriteAsync(part);
        }

        await pipe.Writer.CompleteAsync();
        return await reading;
    }

    /// <summary>Takes everything it is given at once, as Kestrel does.</summary>
    private static async Task<byte[]> ReadAllAsync(PipeReader reader)
    {
        var all = new MemoryStream();
        while (true)
        {
            var result = await reader.ReadAsync();
            foreach (var part in result.Buffer)
            {
                all.Write(part.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return all.ToArray();
            }
        }
    }
}
