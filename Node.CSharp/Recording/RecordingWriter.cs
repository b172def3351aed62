// Writes the recording, on a thread of its own that gives way to all others. A disk that fails costs the recording
// some time and the node nothing.
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Ports;
using Kv.Node.Wal;

namespace Kv.Node.Recording;

/// <summary>Takes records from the ring and writes them.</summary>
internal sealed class RecordingWriter : IWork, IDisposable
{
    /// <summary>Pause after a write that failed.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly RecordRing _ring;
    private readonly ConcurrentQueue<RaftState> _states;
    private readonly RecordingFiles _files;
    private readonly RecordingIdentity _identity;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly byte[] _taken;
    private readonly ArrayBufferWriter<byte> _record = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private bool _isOpen;
    private bool _hasFailed;
    private long _failedAt;
    private volatile bool _wantsCheckpoint;

    public RecordingWriter(
        RecordRing ring, ConcurrentQueue<RaftState> states, RecordingFiles files, RecordingIdentity identity,
        TimeProvider clock, ILogger logger)
    {
        (_ring, _states, _files, _identity, _clock, _logger) = (ring, states, files, identity, clock, logger);
        // A block's header goes in front of its records, over what has been written.
        _taken = new byte[RecordingFormat.BlockHeaderBytes + ring.Capacity];
    }

    public WorkSignal Signal { get; } = new();

    public bool GivesWay => true;

    /// <summary>Sees to it that what waits is written. Called from time to time.</summary>
    public void Wake()
    {
        if (_ring.Waiting > 0)
        {
            Signal.Set();
        }
    }

    /// <summary>True, once, if the recording has to begin anew with a checkpoint.</summary>
    public bool TakeWantsCheckpoint()
    {
        if (!_wantsCheckpoint)
        {
            return false;
        }

        _wantsCheckpoint = false;
        return true;
    }

    /// <summary>Writes what waits.</summary>
    public void Turn()
    {
        var room = _taken.AsSpan(RecordingFormat.BlockHeaderBytes);
        while (_ring.Take(room) is var count and > 0)
        {
            Write(RecordingFormat.BlockHeaderBytes, RecordingFormat.BlockHeaderBytes + count);
        }

        if (_hasFailed && !_isOpen && _clock.GetElapsedTime(_failedAt) >= RetryPause)
        {
            _failedAt = _clock.GetTimestamp();
            _wantsCheckpoint = true;
        }
    }

    public void Dispose() => Signal.Dispose();

    /// <summary>Writes these records; each checkpoint among them begins a segment.</summary>
    private void Write(int start, int end)
    {
        for (var at = start; at < end;)
        {
            var fields = new FieldReader(_taken.AsMemory(at, end - at));
            var length = (int)fields.Varint();
            var record = at + fields.Position;
            if (_taken[record] == (byte)RecordKind.Checkpoint)
            {
                Append(start, at);
                Begin(_taken.AsSpan(record, length));
                start = record + length;
            }

            at = record + length;
        }

        Append(start, end);
    }

    private void Append(int start, int end)
    {
        if (start == end)
        {
            return;
        }

        if (!_isOpen)
        {
            // Notes of a member whose state is too large for a checkpoint yet, or a disk that failed.
            if (_hasFailed)
            {
                return;
            }

            Begin([]);
        }

        var block = _taken.AsSpan(start - RecordingFormat.BlockHeaderBytes, end - start + RecordingFormat.BlockHeaderBytes);
        Seal(block);
        Guarded(block);
    }

    /// <summary>Begins a segment.</summary>
    /// <param name="checkpoint">What was put before the state in the ring; empty for none.</param>
    private void Begin(ReadOnlySpan<byte> checkpoint)
    {
        _block.ResetWrittenCount();
        _block.Write(stackalloc byte[RecordingFormat.BlockHeaderBytes]);
        _record.ResetWrittenCount();
        _record.Kind(RecordKind.Segment);
        _record.Varint(_identity.MemberId);
        _record.Varint(_identity.ClusterId);
        _record.Varint(_identity.Run);
        _record.Varint(_identity.TickMilliseconds);
        _record.Text(_identity.Release);
        Frame();
        if (checkpoint.Length > 0)
        {
            _states.TryDequeue(out var state);
            _record.ResetWrittenCount();
            _record.Write(checkpoint);
            RecordingCodec.WriteState(state!, _record);
            Frame();
        }

        try
        {
            _files.Begin();
            _isOpen = true;
            if (_hasFailed)
            {
                _hasFailed = false;
                _logger.RecorderGoesOn(_files.Directory);
            }
        }
        catch (DiskFailureException failure)
        {
            Fail(failure);
            return;
        }

        var block = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_block.WrittenMemory).Span;
        Seal(block);
        Guarded(block);
    }

    /// <summary>The record with its length becomes part of the block.</summary>
    private void Frame()
    {
        _block.Varint((ulong)_record.WrittenCount);
        _block.Write(_record.WrittenSpan);
    }

    /// <summary>Fills in the header of a block.</summary>
    private static void Seal(Span<byte> block)
    {
        var payload = block[RecordingFormat.BlockHeaderBytes..];
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)payload.Length);
        var crc = Crc32C.Append(Crc32C.Append(0, block[..4]), payload);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], crc);
    }

    private void Guarded(ReadOnlySpan<byte> block)
    {
        try
        {
            _files.Append(block);
        }
        catch (DiskFailureException failure)
        {
            Fail(failure);
        }
    }

    /// <summary>Nothing depends on the recording: it ends here, and goes on in another segment later.</summary>
    private void Fail(DiskFailureException failure)
    {
        _files.Close();
        (_isOpen, _failedAt) = (false, _clock.GetTimestamp());
        if (!_hasFailed)
        {
            _hasFailed = true;
            _logger.RecorderNotWritten(failure.Message);
        }
    }
}
