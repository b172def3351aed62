// Bytes in pieces, as a network delivers them. The first byte of an input says where it is cut.
using System.Buffers;
using System.IO.Pipelines;

namespace Fuzz.Parsers;

/// <summary>Cuts bytes into pieces.</summary>
internal static class Pieces
{
    private const int PiecesMax = 100;

    /// <summary>Cuts, in a way that is a function of the seed.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> bytes, byte seed)
    {
        // Many pieces of a long input would cost more than what is done with them.
        var random = new Random(seed);
        var most = 1 + (seed % 5 * 40) + (bytes.Length / PiecesMax);
        while (!bytes.IsEmpty)
        {
            var length = Math.Min(random.Next(1, most + 1), bytes.Length);
            yield return bytes[..length];
            bytes = bytes[length..];
        }
    }

    /// <summary>All pieces as one sequence of segments.</summary>
    public static ReadOnlySequence<byte> Sequence(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (var piece in pieces)
        {
            last = new Segment(piece, last);
            first ??= last;
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>A pipe that gives out piece after piece: each read has one more.</summary>
    public static PipeReader Reader(IEnumerable<ReadOnlyMemory<byte>> pieces) => new PieceReader(pieces);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }
    }

    private sealed class PieceReader(IEnumerable<ReadOnlyMemory<byte>> pieces) : PipeReader
    {
        private readonly Queue<ReadOnlyMemory<byte>> _coming = new(pieces);
        private readonly List<ReadOnlyMemory<byte>> _waiting = [];
        private ReadOnlySequence<byte> _given;
        private bool _isMoreWanted = true;

        public override bool TryRead(out ReadResult result)
        {
            if (_isMoreWanted && _coming.TryDequeue(out var piece))
            {
                _waiting.Add(piece);
            }

            _given = Sequence(_waiting);
            result = new ReadResult(_given, isCanceled: false, isCompleted: _coming.Count == 0);
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            TryRead(out var result);
            return new(result);
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _isMoreWanted = _given.Slice(examined).IsEmpty;
            var left = _given.Slice(consumed);
            _waiting.Clear();
            foreach (var memory in left)
            {
                _waiting.Add(memory);
            }
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
