using System.Buffers;
using Kv.Node.Json;

namespace Fuzz.Parsers;

/// <summary>A body of JSON values, cut into pieces anywhere.</summary>
internal sealed class JsonFramesTarget() : Target("json-frames")
{
    private const int ValueBytesMax = 4_096;

    public override IEnumerable<string> Words => ["{}", "[", "]", "{\"a\":", "\"", "\\", "null", " \n", "1", "\ufeff"];

    public override IEnumerable<byte[]> Corpus() => Samples.Texts(
        """{"create_request":{"key":"a2V5","range_end":"AA=="}}""",
        """ {"a":[1,2,{"b":"\u00e9\n"}]} {"cancel_request":{"watch_id":"7"}}  """, "{}[] {}", "")
        .Select((text, i) => (byte[])[(byte)(i * 37), .. text]);

    public override Answer Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return Answer.Refused("empty");
        }

        var body = input.AsMemory(1);
        var whole = Read([body]);
        var pieces = Read(Pieces.Cut(body, input[0]));
        // How soon a value is too large depends on the pieces; nothing else does.
        OracleException.Require(
            whole.SequenceEqual(pieces) || body.Length > ValueBytesMax,
            $"cut into pieces, it is something else: {string.Join('|', whole)} and {string.Join('|', pieces)}");
        return whole is [.., ['!', ..] problem] ? Answer.Refused(problem) : Answer.Accepted($"{whole.Count}");
    }

    private static List<string> Read(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var frames = new JsonFrames(Pieces.Reader(pieces), ValueBytesMax);
        var values = new List<string>();
        try
        {
            while (frames.ReadAsync(value => values.Add(Convert.ToHexString(value.ToArray())), CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
            }
        }
        catch (ProtoJsonException problem)
        {
            values.Add("!" + Finding.Shape(problem.Message));
        }

        return values;
    }
}
