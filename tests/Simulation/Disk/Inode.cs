// The contents of one file: as the system shows them, and as they would be after a power cut.
namespace Kv.Simulation.Disk;

/// <summary>A file's contents, whatever its names.</summary>
internal sealed class Inode
{
    /// <summary>The unit a cut write is torn at.</summary>
    private const int SectorBytes = 512;

    private readonly List<Change> _unsynced = [];
    private byte[] _data = [];
    private byte[] _durable = [];
    private int _durableLength;

    /// <summary>Current length in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Where the writes of the newest sync are: damage there cannot be told from a torn write.</summary>
    public (int From, int To) NewestSync { get; private set; }

    public int Read(Span<byte> buffer, long offset)
    {
        if (offset >= Length)
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, Length - (int)offset);
        _data.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var change = new Change((int)offset, bytes.ToArray());
        Apply(change, ref _data, out var length, Length);
        Length = length;
        _unsynced.Add(change);
    }

    public void SetLength(long length)
    {
        var change = new Change((int)length, null);
        Apply(change, ref _data, out var now, Length);
        Length = now;
        _unsynced.Add(change);
    }

    /// <summary>Makes everything durable.</summary>
    public void Sync()
    {
        var (from, to) = (int.MaxValue, 0);
        foreach (var change in _unsynced)
        {
            Apply(change, ref _durable, out _durableLength, _durableLength);
            if (change.Bytes is { } bytes)
            {
                (from, to) = (Math.Min(from, change.Offset), Math.Max(to, change.Offset + bytes.Length));
            }
        }

        _unsynced.Clear();
        if (to > 0)
        {
            NewestSync = (from, to);
        }
    }

    /// <summary>The power is cut: each write that was not synced is there, or not, or in part.</summary>
    public void Cut(Chance chance)
    {
        foreach (var change in _unsynced)
        {
            switch (chance.Below(3))
            {
                case 0:
                    Apply(change, ref _durable, out _durableLength, _durableLength);
                    break;
                case 1 when change.Bytes is not null:
                    Tear(change, chance);
                    break;
                default:
                    break;
            }
        }

        _unsynced.Clear();
        Length = _durableLength;
        _data = _durable.AsSpan(0, _durableLength).ToArray();
    }

    private void Tear(Change change, Chance chance)
    {
        var at = 0;
        while (at < change.Bytes!.Length)
        {
            var end = Math.Min(change.Bytes.Length, ((change.Offset + at) / SectorBytes * SectorBytes) + SectorBytes - change.Offset);
            if (chance.Below(2) == 0)
            {
                Apply(new Change(change.Offset + at, change.Bytes[at..end]), ref _durable, out _durableLength, _durableLength);
            }

            at = end;
        }
    }

    private static void Apply(Change change, ref byte[] data, out int length, int before)
    {
        length = change.Bytes is null ? change.Offset : Math.Max(before, change.Offset + change.Bytes.Length);
        if (data.Length < length)
        {
            Array.Resize(ref data, Math.Max(length, Math.Min(data.Length * 2, 1 << 24)));
        }

        if (change.Bytes is not null)
        {
            change.Bytes.CopyTo(data.AsSpan(change.Offset));
        }
        else if (length < before)
        {
            data.AsSpan(length, before - length).Clear();
        }
    }

    /// <summary>A write, or (without bytes) a new length.</summary>
    private readonly record struct Change(int Offset, byte[]? Bytes);
}
