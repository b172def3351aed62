using System.Buffers;
using Kv.Node.Peers;

namespace Fuzz.Parsers;

/// <summary>The stream of a member, cut into pieces anywhere.</summary>
internal sealed class PeerFramesTarget() : Target("peer-frames")
{
    private const int FrameBytesMax = 8_192;

    public override IEnumerable<byte[]> Corpus()
    {
        var frames = new FrameBuffer();
        foreach (var message in PeerMessageTarget.Messages())
        {
            frames.Add(message, FrameBytesMax);
            frames.AddKeepAlive();
        }

        yield return [3, .. frames.Written.Span];
        yield return [200, .. frames.Written.Span];
    }

    public override Answer Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return Answer.Refused("empty");
        }

        var stream = input.AsMemory(1);
        var whole = Read([stream]);
        var pieces = Read(Pieces.Cut(stream, input[0]));
        OracleException.Require(whole.SequenceEqual(pieces), "cut into pieces, it is something else");
        return whole is [.., ['!', ..] problem] ? Answer.Refused(problem) : Answer.Accepted($"{whole.Count}");
    }

    /// <summary>All frames, as text, and what was wrong in the end.</summary>
    private static List<string> Read(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var reader = new FrameReader(FrameBytesMax);
        var frames = new List<string>();
        var left = ReadOnlySequence<byte>.Empty;
        try
        {
            foreach (var piece in pieces)
            {
                left = Pieces.Sequence([left.ToArray(), piece]);
                while (reader.TryRead(ref left, out var frame))
                {
                    OracleException.Require(frame.Length is > 0 and <= FrameBytesMax, "a frame of no proper length");
                    frames.Add(Convert.ToHexString(frame));
                }
            }
        }
        catch (InvalidDataException problem)
        {
            return [.. frames, "!" + problem.Message];
        }

        return left.IsEmpty && reader.IsAtBoundary ? frames : [.. frames, "!cut off"];
    }
}
