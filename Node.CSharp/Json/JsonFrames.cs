// Cuts a request body that is one or more JSON values into those values as they arrive.
using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Kv.Node.Json;

/// <summary>The JSON values of a body, one after another.</summary>
internal sealed class JsonFrames(PipeReader body, int bytesMax)
{
    /// <summary>Reads the next value and hands its bytes to <paramref name="use"/>.</summary>
    /// <returns>False at the end of the body.</returns>
    /// <exception cref="ProtoJsonException">It is not JSON, is cut off or is too large.</exception>
    public async ValueTask<bool> ReadAsync(Action<ReadOnlySequence<byte>> use, CancellationToken token)
    {
        while (true)
        {
            var read = await body.ReadAsync(token);
            var start = SkipBlanks(read.Buffer);
            var rest = read.Buffer.Slice(start);
            if (TryFindEnd(rest, out var end))
            {
                use(rest.Slice(0, end));
                body.AdvanceTo(end);
                return true;
            }

            if (rest.Length > bytesMax)
            {
                throw new ProtoJsonException("a JSON value is too large");
            }

            body.AdvanceTo(start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return rest.IsEmpty ? false : throw new ProtoJsonException("unexpected end of JSON input");
            }
        }
    }

    private static SequencePosition SkipBlanks(in ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        reader.AdvancePastAny(" \t\r\n"u8);
        return reader.Position;
    }

    private static bool TryFindEnd(in ReadOnlySequence<byte> bytes, out SequencePosition end)
    {
        end = default;
        if (bytes.IsEmpty)
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes, isFinalBlock: false, state: default);
            if (!reader.Read() || !reader.TrySkip())
            {
                return false;
            }

            end = reader.Position;
            return true;
        }
        catch (JsonException e)
        {
            throw ProtoJsonException.At(e);
        }
    }
}
