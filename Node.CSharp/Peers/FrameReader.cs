// Takes frames apart again, however the network cut them into pieces. A length is checked before
// anything is allocated for it.
using System.Buffers;
using System.Buffers.Binary;

namespace Kv.Node.Peers;

/// <summary>Splits a stream of bytes into frames.</summary>
/// <param name="bytesMax">Largest frame accepted.</param>
internal sealed class FrameReader(int bytesMax)
{
    private byte[]? _frame;

    private int _filled;

    /// <summary>True between frames: a stream may end here.</summary>
    public bool IsAtBoundary => _frame is null;

    /// <summary>Takes the next frame off the front of <paramref name="buffer"/>, which loses the bytes
    /// used. The frame is an array of its own, as the decoded message keeps slices of it.</summary>
    /// <returns>False when the bytes do not complete a frame yet.</returns>
    /// <exception cref="InvalidDataException">A frame over the limit.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out byte[] frame)
    {
        while (_frame is not null || TryReadHeader(ref buffer))
        {
            var count = (int)Math.Min(_frame!.Length - _filled, buffer.Length);
            buffer.Slice(0, count).CopyTo(_frame.AsSpan(_filled));
            buffer = buffer.Slice(count);
            _filled += count;
            if (_filled < _frame.Length)
            {
                break;
            }

            frame = _frame;
            (_frame, _filled) = (null, 0);
            if (frame.Length > 0)
            {
                return true;
            }
        }

        frame = [];
        return false;
    }

    private bool TryReadHeader(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < FrameBuffer.HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[FrameBuffer.HeaderBytes];
        buffer.Slice(0, header.Length).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length > bytesMax)
        {
            throw new InvalidDataException($"a frame of {length} bytes, over the limit of {bytesMax}");
        }

        _frame = new byte[length];
        buffer = buffer.Slice(header.Length);
        return true;
    }
}
