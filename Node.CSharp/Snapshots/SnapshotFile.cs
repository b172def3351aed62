// A snapshot on the disk port: the frames of the encoder written out, or read back through the decoder.
using Kv.Node.Ports;

namespace Kv.Node.Snapshots;

/// <summary>Writes and reads whole snapshot files.</summary>
internal static class SnapshotFile
{
    /// <summary>Written bytes are synced this often, so that a large snapshot never leaves so much to
    /// the last sync that the log's own syncs have to wait behind it.</summary>
    private const long SyncBytes = 16 << 20;

    /// <summary>Writes a snapshot, durably; returns its length.</summary>
    public static long Write(IDiskFile file, SnapshotEncoder encoder)
    {
        long length = 0;
        long synced = 0;
        while (encoder.TryNext(out var bytes))
        {
            file.Write(bytes.Span, length);
            length += bytes.Length;
            if (length - synced >= SyncBytes)
            {
                file.Sync();
                synced = length;
            }
        }

#if SIMULATION
        if (!Core.Mutants.Has(Core.Mutant.NameBeforeSync))
#endif
        file.Sync();
        return length;
    }

    /// <summary>Reads a snapshot to its end; returns its length.</summary>
    /// <exception cref="DamagedSnapshotException">It is not exactly one undamaged snapshot.</exception>
    public static long Read(IDiskFile file, SnapshotDecoder decoder)
    {
        long offset = 0;
        try
        {
            while (!decoder.IsComplete)
            {
                var wanted = decoder.Wanted.Span;
                if (file.Read(wanted, offset) != wanted.Length)
                {
                    throw new InvalidDataException("the file ends early");
                }

                offset += wanted.Length;
                decoder.Advance();
            }
        }
        catch (InvalidDataException damage)
        {
            throw new DamagedSnapshotException(file.Path, decoder.FrameOffset, damage.Message);
        }

        return offset == file.Length
            ? offset
            : throw new DamagedSnapshotException(file.Path, offset, "unexpected bytes behind the end");
    }
}
