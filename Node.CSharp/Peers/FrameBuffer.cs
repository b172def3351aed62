// Builds frames of the message stream: a 32-bit little-endian length, then that many bytes of one
// encoded message. Length 0 is a keep-alive.
using System.Buffers;
using System.Buffers.Binary;
using Kv.Core.Raft;

namespace Kv.Node.Peers;

/// <summary>A reusable buffer of frames.</summary>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    /// <summary>Bytes in front of each message.</summary>
    public const int HeaderBytes = sizeof(uint);

    private const int InitialBytes = 16 * 1024;

    private const int RetainedBytesMax = 4 * 1024 * 1024;

    private byte[] _bytes = new byte[InitialBytes];

    private int _length;

    /// <summary>The frames written since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Adds a message as one frame.</summary>
    /// <returns>The message's encoded size; if it is over <paramref name="bytesMax"/>, nothing was
    /// added.</returns>
    public int Add(Message message, int bytesMax)
    {
        var start = _length;
        AddKeepAlive();
        MessageCodec.Encode(message, this);
        var size = _length - start - HeaderBytes;
        if (size > bytesMax)
        {
            _length = start;
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(start), (uint)size);
        }

        return size;
    }

    /// <summary>Adds an empty frame.</summary>
    public void AddKeepAlive()
    {
        Reserve(HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), 0);
        _length += HeaderBytes;
    }

    /// <summary>Forgets all frames; gives back memory that one large batch needed.</summary>
    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > RetainedBytesMax)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Reserve(int count)
    {
        if (_bytes.Length - _length < count)
        {
            var doubled = (int)Math.Min(2L * _bytes.Length, Array.MaxLength);
            Array.Resize(ref _bytes, Math.Max(checked(_length + count), doubled));
        }
    }
}
