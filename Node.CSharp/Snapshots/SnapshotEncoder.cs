// Turns a state's blocks into frames. Every frame's checksum covers the one before, so blocks can be
// neither lost, repeated nor swapped without notice.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Kv.Core.Raft;
using Kv.Node.Wal;

namespace Kv.Node.Snapshots;

/// <summary>Gives the bytes of a snapshot piece by piece.</summary>
/// <param name="clusterId">The cluster the state belongs to.</param>
/// <param name="mark">The point the snapshot stands for.</param>
/// <param name="writeBlock">Writes the next block; false when there is none.</param>
internal sealed class SnapshotEncoder(ulong clusterId, SnapshotMark mark, Func<IBufferWriter<byte>, bool> writeBlock)
{
    private const int InitialBytes = 96 << 10;

    private readonly ArrayBufferWriter<byte> _buffer = new(InitialBytes);
    private uint _chain;
    private ulong _blocks;
    private ulong _blockBytes;
    private bool _isStarted;
    private bool _isEnded;

    /// <summary>The next piece, valid until the next call; false when there are no more.</summary>
    /// <exception cref="InvalidOperationException">A block is larger than the format allows.</exception>
    public bool TryNext(out ReadOnlyMemory<byte> bytes)
    {
        _buffer.ResetWrittenCount();
        if (_isEnded)
        {
            bytes = default;
            return false;
        }

        if (!_isStarted)
        {
            _isStarted = true;
            PutPreamble();
            PutHeader();
        }
        else
        {
            PutBlock();
        }

        bytes = _buffer.WrittenMemory;
        return true;
    }

    private void PutPreamble()
    {
        var preamble = _buffer.GetSpan(SnapshotFormat.PreambleBytes)[..SnapshotFormat.PreambleBytes];
        preamble.Clear();
        SnapshotFormat.Magic.CopyTo(preamble);
        BinaryPrimitives.WriteUInt32LittleEndian(preamble[SnapshotFormat.Magic.Length..], SnapshotFormat.Version);
        _chain = Crc32C.Append(0, preamble);
        _buffer.Advance(SnapshotFormat.PreambleBytes);
    }

    private void PutHeader()
    {
        var start = OpenFrame();
        var size = sizeof(ulong) + MarkCodec.Size(mark);
        var payload = _buffer.GetSpan(size)[..size];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, clusterId);
        MarkCodec.Write(mark, payload[sizeof(ulong)..]);
        _buffer.Advance(size);
        CloseFrame(start, FrameKind.Header);
    }

    private void PutBlock()
    {
        var start = OpenFrame();
        if (writeBlock(_buffer))
        {
            _blocks++;
            _blockBytes += (ulong)CloseFrame(start, FrameKind.Block);
            return;
        }

        const int size = 2 * sizeof(ulong);
        var payload = _buffer.GetSpan(size);
        BinaryPrimitives.WriteUInt64LittleEndian(payload, _blocks);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[sizeof(ulong)..], _blockBytes);
        _buffer.Advance(size);
        CloseFrame(start, FrameKind.End);
        _isEnded = true;
    }

    private int OpenFrame()
    {
        var start = _buffer.WrittenCount;
        _buffer.GetSpan(SnapshotFormat.FrameHeadBytes)[..SnapshotFormat.FrameHeadBytes].Clear();
        _buffer.Advance(SnapshotFormat.FrameHeadBytes);
        return start;
    }

    /// <summary>Completes the frame's head; returns the length of its payload.</summary>
    private int CloseFrame(int start, FrameKind kind)
    {
        var frame = MemoryMarshal.AsMemory(_buffer.WrittenMemory)[start..].Span;
        var length = frame.Length - SnapshotFormat.FrameHeadBytes;
        if (length > SnapshotFormat.PayloadBytesMax)
        {
            throw new InvalidOperationException($"a snapshot block of {length} bytes");
        }

        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], (uint)kind);
        _chain = Crc32C.Append(_chain, frame[4..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, _chain);
        return length;
    }
}
