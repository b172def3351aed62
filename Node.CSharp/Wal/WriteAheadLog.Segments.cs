// The life of segments: started complete and durable before they have their name, ended with a record
// that says so, deleted from the front once a snapshot covers them.
using Kv.Node.Ports;

namespace Kv.Node.Wal;

internal sealed partial class WriteAheadLog
{
    /// <summary>Deletes the segments at the front whose entries all have at most this index: those of
    /// the oldest snapshot that is kept, so that a start from any kept snapshot finds what follows.</summary>
    public void Release(ulong index)
    {
        ThrowIfUnusable();
        try
        {
            if (_segments.Count > 1 && _segments[0].MaxIndex <= index)
            {
                // The mark that stands for what goes away must not be younger than its going.
                Flush(sync: true);
            }

            while (_segments.Count > 1 && _segments[0].MaxIndex <= index)
            {
                // One durable deletion at a time: a crash must not leave a hole in the sequence.
                _disk.Delete(_segments[0].Path);
                _disk.SyncDirectory(_directory);
                _segments.RemoveAt(0);
            }

            MeasureSize();
        }
        catch (StorageException failure)
        {
            _failure = failure;
            throw;
        }
    }

    /// <summary>Goes on in the next segment. What this one holds is durable before the next has its name, and
    /// its end is written after that: so a log whose newest segment has an end has lost the one behind it.</summary>
    /// <param name="needed">Bytes of the record there was no room for.</param>
    private void Rotate(int needed)
    {
        if (_buffer.Length > 0)
        {
            WriteBuffer();
        }

        _file!.Sync();
        _unsynced = false;
        var (ended, segment, offset) = (_file, _segments[^1], _offset);
        var end = RecordCodec.MakeEnd(_seed, offset, _chain, out var crc);
        StartSegment(segment.Sequence + 1, crc, needed);
        using (ended)
        {
            WriteEnd(ended, offset, end);
        }

        segment.Bytes = offset + end.Length;
    }

    private static void WriteEnd(IDiskFile file, long offset, byte[] end)
    {
        file.Write(end, offset);
        file.Sync();
        file.Truncate(offset + end.Length);
    }

    /// <summary>Makes the next segment the current one. Its header and opening records (hard state,
    /// latest mark) are durable before it gets its name, so a named segment is never half-made.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="previousCrc">Checksum of the end record of the segment before.</param>
    /// <param name="needed">Bytes of a record it must have room for, however large.</param>
    private void StartSegment(ulong sequence, uint previousCrc, int needed)
    {
        var firstIndex = _lastIndex + 1;
        var path = Path.Combine(_directory, WalFormat.SegmentName(sequence, firstIndex));
        using (var file = _preparer.Take())
        {
            _limit = Math.Max(_options.SegmentBytes, (long)OpeningBytes + needed + WalFormat.ReservedBytes);
            file.Preallocate(_limit);
            WriteOpening(file, sequence, firstIndex, previousCrc);
            file.Sync();
            _disk.Rename(file.Path, path);
        }

#if SIMULATION
        if (!Core.Mutants.Has(Core.Mutant.SkipDirectorySync))
#endif
        _disk.SyncDirectory(_directory);
        _file = _disk.Open(path);
        _segments.Add(new WalSegment(path, sequence) { Bytes = _offset });
        MeasureSize();
        _preparer.Start();
    }

    private int OpeningBytes => WalFormat.HeaderBytes + WalFormat.RecordBytes(WalFormat.HardStateBytes)
        + (_mark is null ? 0 : WalFormat.RecordBytes(MarkCodec.Size(_mark)));

    private void WriteOpening(IDiskFile file, ulong sequence, ulong firstIndex, uint previousCrc)
    {
        var header = new SegmentHeader(_identity, sequence, firstIndex, previousCrc, (uint)OpeningBytes, _limit);
        _offset = 0;
        _seed = header.Write(_buffer.Raw(WalFormat.HeaderBytes));
        _chain = _seed;
        WriteHardState(_hardState, _buffer.Open(RecordType.HardState, WalFormat.HardStateBytes));
        CloseRecord();
        if (_mark is not null)
        {
            MarkCodec.Write(_mark, _buffer.Open(RecordType.SnapshotTaken, MarkCodec.Size(_mark)));
            CloseRecord();
        }

        file.Write(_buffer.Written, 0);
        _offset = _buffer.Length;
        _buffer.Clear();
    }
}
