// Takes a snapshot apart as its bytes arrive, from a file or from a peer alike: says which bytes it
// wants next and checks them before anything is made of them.
using System.Buffers.Binary;
using Kv.Core.Raft;
using Kv.Node.Wal;

namespace Kv.Node.Snapshots;

/// <summary>Checks and unpacks a snapshot: fill <see cref="Wanted"/>, call <see cref="Advance"/>, until
/// <see cref="IsComplete"/>.</summary>
/// <param name="clusterId">The cluster the snapshot must belong to.</param>
/// <param name="readBlock">Takes a block, which is never changed afterwards; false if it is malformed.</param>
internal sealed class SnapshotDecoder(ulong clusterId, Func<ReadOnlyMemory<byte>, bool> readBlock)
{
    private readonly byte[] _head = new byte[SnapshotFormat.FrameHeadBytes];
    private readonly byte[] _preamble = new byte[SnapshotFormat.PreambleBytes];
    private byte[] _payload = [];
    private Stage _stage;
    private uint _chain;
    private ulong _blocks;
    private ulong _blockBytes;

    private enum Stage
    {
        Preamble,
        Head,
        Payload,
        Complete,
    }

    /// <summary>Offset of the frame being read, bytes; where damage is reported.</summary>
    public long FrameOffset { get; private set; }

    /// <summary>Everything is there and checked.</summary>
    public bool IsComplete => _stage == Stage.Complete;

    /// <summary>The point the snapshot stands for; null before its header was read.</summary>
    public SnapshotMark? Mark { get; private set; }

    /// <summary>The buffer for the bytes wanted next, all of which must be filled; empty when complete.</summary>
    public Memory<byte> Wanted => _stage switch
    {
        Stage.Preamble => _preamble,
        Stage.Head => _head,
        Stage.Payload => _payload,
        Stage.Complete => default,
        _ => throw new InvalidOperationException($"stage {_stage}"),
    };

    /// <summary>Takes the bytes in <see cref="Wanted"/>.</summary>
    /// <exception cref="InvalidDataException">They are not part of an undamaged snapshot.</exception>
    public void Advance()
    {
        switch (_stage)
        {
            case Stage.Preamble:
                TakePreamble();
                break;
            case Stage.Head:
                TakeHead();
                break;
            case Stage.Payload:
                TakePayload();
                break;
            case Stage.Complete:
            default:
                throw new InvalidOperationException("the snapshot is complete");
        }
    }

    private void TakePreamble()
    {
        Require(_preamble.AsSpan().StartsWith(SnapshotFormat.Magic), "not a snapshot");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(_preamble.AsSpan(SnapshotFormat.Magic.Length));
        Require(version == SnapshotFormat.Version, $"format version {version} is not known to this release");
        Require(!_preamble.AsSpan(SnapshotFormat.Magic.Length + sizeof(uint)).ContainsAnyExcept((byte)0), "not a snapshot");
        _chain = Crc32C.Append(0, _preamble);
        FrameOffset = SnapshotFormat.PreambleBytes;
        _stage = Stage.Head;
    }

    private void TakeHead()
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_head.AsSpan(4));
        Require(length <= SnapshotFormat.PayloadBytesMax, "damaged frame (length)");
        _payload = GC.AllocateUninitializedArray<byte>((int)length);
        _stage = Stage.Payload;
    }

    private void TakePayload()
    {
        var crc = Crc32C.Append(Crc32C.Append(_chain, _head.AsSpan(4)), _payload);
        Require(crc == BinaryPrimitives.ReadUInt32LittleEndian(_head), "damaged frame (checksum)");
        _chain = crc;
        _stage = Stage.Head;
        TakeFrame((FrameKind)BinaryPrimitives.ReadUInt32LittleEndian(_head.AsSpan(8)));
        FrameOffset += SnapshotFormat.FrameHeadBytes + _payload.Length;
        _payload = [];
    }

    private void TakeFrame(FrameKind kind)
    {
        Require((kind == FrameKind.Header) == (Mark is null), "frame out of place");
        switch (kind)
        {
            case FrameKind.Header:
                TakeHeader();
                break;
            case FrameKind.Block:
                _blocks++;
                _blockBytes += (ulong)_payload.Length;
                Require(readBlock(_payload), "malformed block");
                break;
            case FrameKind.End:
                TakeEnd();
                break;
            default:
                Require(false, $"frame kind {(uint)kind} is not known to this release");
                break;
        }
    }

    private void TakeHeader()
    {
        Require(_payload.Length >= sizeof(ulong), "malformed header");
        var owner = BinaryPrimitives.ReadUInt64LittleEndian(_payload);
        Require(owner == clusterId, $"it belongs to cluster {owner:x}, not to {clusterId:x}");
        Mark = MarkCodec.Read(_payload.AsSpan(sizeof(ulong)));
        Require(Mark is not null, "malformed header");
    }

    private void TakeEnd()
    {
        Require(
            _payload.Length == 2 * sizeof(ulong)
                && BinaryPrimitives.ReadUInt64LittleEndian(_payload) == _blocks
                && BinaryPrimitives.ReadUInt64LittleEndian(_payload.AsSpan(sizeof(ulong))) == _blockBytes,
            "blocks are missing");
        _stage = Stage.Complete;
    }

    private static void Require(bool holds, string reason)
    {
        if (!holds)
        {
            throw new InvalidDataException(reason);
        }
    }
}
