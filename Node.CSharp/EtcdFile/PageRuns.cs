// Pages of a file as runs: a page and those it overflows into. Every page is handed out once, so that no
// damage can make a walk go in circles, and what was never handed out is known at the end.
using System.Buffers.Binary;
using System.Collections;
using Kv.Node.Ports;

namespace Kv.Node.EtcdFile;

/// <summary>Reads runs of pages and remembers which.</summary>
internal sealed class PageRuns(IDiskFile file, MetaPage meta)
{
    /// <summary>Longest run that is read, bytes; etcd's pairs are some megabytes at most.</summary>
    private const long RunBytesMax = 1L << 30;

    private readonly int _pageBytes = (int)meta.PageBytes;
    private readonly BitArray _seen = new((int)meta.PageCount);

    /// <summary>Reads a page with its overflow, once.</summary>
    /// <param name="number">Its number, unchecked.</param>
    /// <param name="buffer">Holds it afterwards; replaced by a larger one if need be.</param>
    /// <returns>The bytes of the run, at the start of the buffer.</returns>
    /// <exception cref="DamagedEtcdFileException">There is no such page, or it was read before.</exception>
    public ReadOnlySpan<byte> Read(ulong number, ref byte[] buffer)
    {
        if (number < EtcdFileFormat.MetaPages || number >= meta.PageCount)
        {
            throw Damage(0, $"page {number} is referred to, and the file's pages are 2 to {meta.PageCount - 1}");
        }

        var offset = OffsetOf(number);
        Fill(ref buffer, offset, 0, _pageBytes);
        if (BinaryPrimitives.ReadUInt64LittleEndian(buffer) is var found && found != number)
        {
            throw Damage(offset, $"page {number} calls itself page {found}");
        }

        var overflow = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(12));
        var length = (1L + overflow) * _pageBytes;
        if (number + overflow >= meta.PageCount || length > RunBytesMax)
        {
            throw Damage(offset, $"page {number} overflows by {overflow} pages, more than there can be");
        }

        for (var page = number; page <= number + overflow; page++)
        {
            Mark(page, offset);
        }

        Fill(ref buffer, offset, _pageBytes, (int)length);
        return buffer.AsSpan(0, (int)length);
    }

    /// <summary>Notes a page as free.</summary>
    /// <exception cref="DamagedEtcdFileException">It is none of the file's, or is in use.</exception>
    public void MarkFree(ulong number, long listOffset)
    {
        if (number < EtcdFileFormat.MetaPages || number >= meta.PageCount)
        {
            throw Damage(listOffset, $"page {number} is listed as free, and the file's pages are 2 to {meta.PageCount - 1}");
        }

        if (_seen[(int)number])
        {
            throw Damage(listOffset, $"page {number} is listed as free, and is in use or listed twice");
        }

        _seen[(int)number] = true;
    }

    /// <summary>The first page that was neither read nor free; 0 if there is none.</summary>
    public ulong FindLost()
    {
        for (var page = EtcdFileFormat.MetaPages; page < _seen.Length; page++)
        {
            if (!_seen[page])
            {
                return (ulong)page;
            }
        }

        return 0;
    }

    /// <summary>Where a page begins, bytes.</summary>
    public long OffsetOf(ulong number) => (long)number * _pageBytes;

    /// <summary>An error that names the file.</summary>
    public DamagedEtcdFileException Damage(long offset, string reason) => new(file.Path, offset, reason);

    private void Mark(ulong page, long offset)
    {
        if (_seen[(int)page])
        {
            throw Damage(offset, $"page {page} is referred to twice");
        }

        _seen[(int)page] = true;
    }

    /// <summary>Reads the part of a run from <paramref name="start"/> to <paramref name="end"/>.</summary>
    private void Fill(ref byte[] buffer, long offset, int start, int end)
    {
        if (buffer.Length < end)
        {
            Array.Resize(ref buffer, end);
        }

        if (file.Read(buffer.AsSpan(start, end - start), offset + start) != end - start)
        {
            throw Damage(offset, "the file ends inside this page");
        }
    }
}
