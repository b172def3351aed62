// Reads a cleartext HTTP/2 connection for Kestrel, and looks at header frames as they pass (see
// AuthorityRepair), and at pings (see PingGuard). Kestrel copies all it is given into a pipe of its own, so an incomplete header frame
// is kept back until it is whole. Nothing is copied here but a header block that lies across two buffers.
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace Kv.Node.Listeners;

/// <summary>A pipe reader that repairs header blocks before anyone sees them whole.</summary>
internal sealed class AuthorityRepairReader(PipeReader inner, PingWatch pings) : PipeReader
{
    private const int PrefaceLength = 24;
    private const int FrameHeaderLength = 9;
    private const byte HeadersType = 1;
    private const byte PingType = 6;
    private const byte AckFlag = 0x1;
    private const byte PaddedFlag = 0x8;
    private const byte PriorityFlag = 0x20;
    private const int PriorityLength = 5;

    /// <summary>Longest header frame that is waited for: more than the server takes, so that a longer one
    /// is passed on to be refused.</summary>
    private const int HeldLengthMax = 64 * 1024;

    /// <summary>Bytes from the start of the unconsumed buffer to the next frame not looked at.</summary>
    private long _next = PrefaceLength;

    private ReadOnlySequence<byte> _buffer;

    /// <summary>The end of the buffer was kept back, because it is the beginning of a frame to look at.</summary>
    private bool _isHolding;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var pending = inner.ReadAsync(cancellationToken);
            var result = Look(pending.IsCompletedSuccessfully ? pending.Result : await pending);
            if (!_isHolding || !result.Buffer.IsEmpty || result.IsCanceled)
            {
                return result;
            }

            inner.AdvanceTo(_buffer.Start, _buffer.End);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Look(result);
        if (!_isHolding || !result.Buffer.IsEmpty || result.IsCanceled)
        {
            return true;
        }

        inner.AdvanceTo(_buffer.Start, _buffer.End);
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _next -= _buffer.Slice(_buffer.Start, consumed).Length;
        // What is kept back was examined here: only more of it is worth waking up for.
        inner.AdvanceTo(consumed, _isHolding ? _buffer.End : examined);
        _buffer = default;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>Looks at every whole header frame, and gives out no part of an incomplete one: the
    /// consumer may copy away whatever it is given.</summary>
    private ReadResult Look(ReadResult result)
    {
        _buffer = result.Buffer;
        _isHolding = false;
        Span<byte> header = stackalloc byte[FrameHeaderLength];
        while (_next < _buffer.Length && !_isHolding)
        {
            if (_buffer.Length - _next < FrameHeaderLength)
            {
                _isHolding = true;
                break;
            }

            _buffer.Slice(_next, FrameHeaderLength).CopyTo(header);
            var length = BinaryPrimitives.ReadInt32BigEndian(header) >>> 8;
            var end = _next + FrameHeaderLength + length;
            if (header[3] == HeadersType && length <= HeldLengthMax)
            {
                if (_buffer.Length < end)
                {
                    _isHolding = true;
                    break;
                }

                RepairFrame(_buffer.Slice(_next + FrameHeaderLength, length), header[4]);
            }
            else if (header[3] == PingType && (header[4] & AckFlag) == 0)
            {
                pings.OnPing?.Invoke();
            }

            _next = end;
        }

        if (pings.IsOver)
        {
            return new ReadResult(_buffer.Slice(_buffer.End), result.IsCanceled, isCompleted: true);
        }

        _isHolding &= !result.IsCompleted;
        return _isHolding
            ? new ReadResult(_buffer.Slice(0, _next), result.IsCanceled, result.IsCompleted)
            : result;
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
