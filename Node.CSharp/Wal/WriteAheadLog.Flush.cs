// Making durable: one write and one data sync for everything appended since the last time.
using System.Buffers.Binary;
using Kv.Node.Ports;

namespace Kv.Node.Wal;

internal sealed partial class WriteAheadLog
{
    /// <summary>Writes what was appended; with <paramref name="sync"/> all of it is durable on return,
    /// what was flushed without a sync before included.</summary>
    /// <param name="sync">Make it durable.</param>
    /// <param name="done">Told as soon as it is, before the log is tidied up for the next time.</param>
    public void Flush(bool sync, Action? done = null)
    {
        ThrowIfUnusable();
        try
        {
            if (_buffer.Length > 0)
            {
                WriteBuffer();
            }

            var synced = sync && _unsynced;
#if SIMULATION
            if (Core.Mutants.Has(Core.Mutant.ReportBeforeSync))
            {
                done?.Invoke();
                done = null;
            }

            synced &= !Core.Mutants.Has(Core.Mutant.SkipSync);
#endif
            if (synced)
            {
                _file!.Sync();
                _unsynced = false;
            }

            done?.Invoke();
            if (synced)
            {
                Confirm();
            }

            MeasureSize();
        }
        catch (StorageException failure)
        {
            _failure = failure;
            throw;
        }
    }

    private void WriteBuffer()
    {
        _file!.Write(_buffer.Written, _offset);
        _offset += _buffer.Length;
        _segments[^1].Bytes = _offset;
        _buffer.Clear();
        _unsynced = true;
    }

    /// <summary>Notes in the log that what is before this point is durable. The note itself is left to
    /// the next sync: it is only there to tell damage from a torn tail (docs/wal-format.md).</summary>
    private void Confirm()
    {
        var payload = _buffer.Open(RecordType.Confirmation, WalFormat.ConfirmationBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(payload, (ulong)_offset);
        CloseRecord();
        WriteBuffer();
        _unsynced = false;
    }
}
