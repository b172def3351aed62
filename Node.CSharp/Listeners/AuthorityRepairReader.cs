// Reads a cleartext HTTP/2 connection for Kestrel, and looks at header frames as they pass (see
// AuthorityRepair). Nothing is copied but a header block that lies across two buffers.
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace Kv.Node.Listeners;

/// <summary>A pipe reader that repairs header blocks before anyone sees them whole.</summary>
internal sealed class AuthorityRepairReader(PipeReader inner) : PipeReader
{
    private const int PrefaceLength = 24;
    private const int FrameHeaderLength = 9;
    private const byte HeadersType = 1;
    private const byte PaddedFlag = 0x8;
    private const byte PriorityFlag = 0x20;
    private const int PriorityLength = 5;

    /// <summary>Bytes from the start of the unconsumed buffer to the next frame not looked at.</summary>
    private long _next = PrefaceLength;

    private ReadOnlySequence<byte> _buffer;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var pending = inner.ReadAsync(cancellationToken);
        return Look(pending.IsCompletedSuccessfully ? pending.Result : await pending);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Look(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _next -= _buffer.Slice(_buffer.Start, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Look(ReadResult result)
    {
        _buffer = result.Buffer;
        Span<byte> header = stackalloc byte[FrameHeaderLength];
        while (_buffer.Length - _next >= FrameHeaderLength)
        {
            _buffer.Slice(_next, FrameHeaderLength).CopyTo(header);
            var length = BinaryPrimitives.ReadInt32BigEndian(header) >>> 8;
            var end = _next + FrameHeaderLength + length;
            if (header[3] == HeadersType)
            {
                // Kestrel waits for the whole frame, too, so it has not acted on a part of it.
                if (_buffer.Length < end)
                {
                    break;
                }

                RepairFrame(_buffer.Slice(_next + FrameHeaderLength, length), header[4]);
            }

            _next = end;
        }

        return result;
    }

    private static void RepairFrame(ReadOnlySequence<byte> payload, byte flags)
    {
        var skip = ((flags & PaddedFlag) != 0 ? 1 : 0) + ((flags & PriorityFlag) != 0 ? PriorityLength : 0);
        var padding = (flags & PaddedFlag) != 0 && payload.Length > 0 ? payload.FirstSpan[0] : 0;
        if (skip + padding > payload.Length)
        {
            return;
        }

        var block = payload.Slice(skip, payload.Length - skip - padding);
        if (block.IsSingleSegment)
        {
            AuthorityRepair.Apply(Writable(block.First));
            return;
        }

        var copy = block.ToArray();
        AuthorityRepair.Apply(copy);
        var at = 0;
        foreach (var segment in block)
        {
            copy.AsSpan(at, segment.Length).CopyTo(Writable(segment));
            at += segment.Length;
        }
    }

    /// <summary>The socket's receive buffer: ours to write until it is consumed.</summary>
    private static Span<byte> Writable(ReadOnlyMemory<byte> memory) => MemoryMarshal.AsMemory(memory).Span;
}
