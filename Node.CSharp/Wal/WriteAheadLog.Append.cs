// Appending: records are encoded once, straight into the buffer of the next write.
using System.Buffers.Binary;
using Kv.Core;
using Kv.Core.Raft;
using Kv.Node.Ports;

namespace Kv.Node.Wal;

internal sealed partial class WriteAheadLog
{
    /// <summary>Takes a batch into the log: hard state, then the mark the log is reset to, then entries.
    /// Durable after the next <see cref="Flush"/> with a sync. Does I/O only when the buffer or the
    /// segment is full.</summary>
    public void Append(PersistBatch batch)
    {
        ThrowIfUnusable();
        try
        {
            var isStated = batch.HardState.IsSome;
#if SIMULATION
            isStated &= !Core.Mutants.Has(Core.Mutant.LoseHardState) || batch.Entries.Length == 0;
#endif
            if (isStated)
            {
                _hardState = batch.HardState.Value;
                PutHardState(_hardState);
            }

            if (batch.Snapshot is { } mark)
            {
#if SIMULATION
                if (!Core.Mutants.Has(Core.Mutant.LoseSnapshotMark))
#endif
                PutMark(RecordType.SnapshotInstalled, mark);
                _mark = mark;
                _lastIndex = mark.Index;
            }

            foreach (var entry in batch.Entries)
            {
                PutEntry(entry);
            }

            MeasureSize();
        }
        catch (StorageException failure)
        {
            _failure = failure;
            throw;
        }
    }

    /// <summary>Notes that a snapshot of this mark, taken by this member, is durable. Needs no sync: it
    /// only allows a later start to use that snapshot.</summary>
    public void AppendSnapshotMark(SnapshotMark mark)
    {
        ThrowIfUnusable();
        try
        {
            PutMark(RecordType.SnapshotTaken, mark);
            _mark = mark;
            MeasureSize();
        }
        catch (StorageException failure)
        {
            _failure = failure;
            throw;
        }
    }

    private void PutHardState(HardState state)
    {
        WriteHardState(state, OpenRecord(RecordType.HardState, WalFormat.HardStateBytes));
        CloseRecord();
    }

    private void PutMark(RecordType type, SnapshotMark mark)
    {
        MarkCodec.Write(mark, OpenRecord(type, MarkCodec.Size(mark)));
        CloseRecord();
    }

    private void PutEntry(Entry entry)
    {
        if (entry.Index > _lastIndex + 1)
        {
            throw new InvariantException(
                "wal-append-gap",
                $"entry {entry.Index} appended to a log that ends at {_lastIndex}");
        }

        var data = entry.Data.Span;
        var payload = OpenRecord(RecordType.Entry, checked(WalFormat.EntryHeaderBytes + data.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(payload, entry.Index);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[8..], entry.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[16..], (byte)entry.Kind);
        data.CopyTo(payload[WalFormat.EntryHeaderBytes..]);
        CloseRecord();
        _lastIndex = entry.Index;
        var segment = _segments[^1];
        segment.MaxIndex = Math.Max(segment.MaxIndex, entry.Index);
    }

    private static void WriteHardState(HardState state, Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(payload, state.Term);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[8..], state.Vote);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[16..], state.Commit);
    }

    /// <summary>Makes room for a record, in the next segment if this one is full, and starts it.</summary>
    private Span<byte> OpenRecord(RecordType type, int payload)
    {
        var size = WalFormat.RecordBytes(payload);
        var position = _offset + _buffer.Length;
        if (position + size + WalFormat.ReservedBytes > _limit)
        {
            Rotate(size);
        }
        else if (_buffer.Length > 0 && _buffer.Length + size > _options.BufferBytesMax)
        {
            WriteBuffer();
        }

        AppendedBytes += size;
        return _buffer.Open(type, payload);
    }

    private void CloseRecord() => _chain = _buffer.Close(_seed, _offset, _chain);
}
