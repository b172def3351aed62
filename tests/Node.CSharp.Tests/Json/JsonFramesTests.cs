using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Kv.Node.Json;
using Xunit;

namespace Kv.Node.Tests.Json;

/// <summary>Cutting a body into JSON values, however it arrives.</summary>
public sealed class JsonFramesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task Values_are_found_whatever_the_pieces(int pieceBytes)
    {
        var pipe = new Pipe();
        var body = Encoding.UTF8.GetBytes(" {\"a\":\"}\"}\n{\"b\":[{}]}{}\r\n ");
        var writing = WriteAsync(pipe.Writer, body, pieceBytes);

        Assert.Equal(["{\"a\":\"}\"}", "{\"b\":[{}]}", "{}"], await ReadAllAsync(pipe.Reader));
        await writing;
    }

    [Fact]
    public async Task A_value_is_there_before_the_body_ends()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("{\"a\":1}"u8.ToArray());
        var text = "";

        Assert.True(await new JsonFrames(pipe.Reader, 100).ReadAsync(bytes => text = Text(bytes), CancellationToken.None));
        Assert.Equal("{\"a\":1}", text);
    }

    [Theory]
    [InlineData("{\"a\":", "unexpected end of JSON input")]
    [InlineData("}", "syntax error (line 1:1): invalid JSON")]
    public async Task A_cut_off_or_broken_value_is_an_error(string body, string reason)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(body));
        await pipe.Writer.CompleteAsync();

        var error = await Assert.ThrowsAsync<ProtoJsonException>(() => ReadAllAsync(pipe.Reader));
        Assert.Equal(reason, error.Message);
    }

    [Fact]
    public async Task A_value_without_end_is_given_up_on()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("{\"a\":\"" + new string('x', 200)));

        var error = await Assert.ThrowsAsync<ProtoJsonException>(() => ReadAllAsync(pipe.Reader));
        Assert.Contains("too large", error.Message, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] body, int pieceBytes)
    {
        foreach (var piece in body.Chunk(pieceBytes))
        {
            await writer.WriteAsync(piece);
        }

        await writer.CompleteAsync();
    }

    private static async Task<List<string>> ReadAllAsync(PipeReader reader)
    {
        var frames = new JsonFrames(reader, bytesMax: 100);
        var values = new List<string>();
        while (await frames.ReadAsync(bytes => values.Add(Text(bytes)), CancellationToken.None))
        {
        }

        return values;
    }

    private static string Text(ReadOnlySequence<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
