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

    private void Rotate()
    {
        _buffer.Open(RecordType.End, 0);
        CloseRecord();
        WriteBuffer();
        _file!.Sync();
        _file.Truncate(_offset);
        _file.Dispose();
        _file = null;
        _unsynced = false;
        StartSegment(_segments[^1].Sequence + 1, _chain);
    }

    /// <summary>Makes the next segment the current one. Its header and opening records (hard state,
    /// latest mark) are durable before it gets its name, so a named segment is never half-made.</summary>
    private void StartSegment(ulong sequence, uint previousCrc)
    {
        var firstIndex = _lastIndex + 1;
        var path = Path.Combine(_directory, WalFormat.SegmentName(sequence, firstIndex));
        using (var file = _preparer.Take())
        {
            WriteOpening(file, sequence, firstIndex, previousCrc);
            file.Sync();
            _disk.Rename(file.Path, path);
        }

        _disk.SyncDirectory(_directory);
        _file = _disk.Open(path);
        _segments.Add(new WalSegment(path, sequence) { Bytes = _offset });
        MeasureSize();
        _preparer.Start();
    }

    private void WriteOpening(IDiskFile file, ulong sequence, ulong firstIndex, uint previousCrc)
    {
        var size = WalFormat.HeaderBytes + WalFormat.RecordBytes(WalFormat.HardStateBytes)
            + (_mark is null ? 0 : WalFormat.RecordBytes(MarkCodec.Size(_mark)));
        var header = new SegmentHeader(_identity, sequence, firstIndex, previousCrc, (uint)size);
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
        _bodyOffset = _offset;
        _buffer.Clear();
    }
}
