// Finding the meta page that counts. Its place depends on the page size, which it is itself the one to
// say, so a file whose first page is damaged is searched for the second.
using Kv.Node.Ports;

namespace Kv.Node.EtcdFile;

/// <summary>Chooses between the two meta pages of a file.</summary>
internal static class MetaPages
{
    /// <summary>The newer valid one.</summary>
    /// <exception cref="DamagedEtcdFileException">None is valid, or the file is shorter than it says.</exception>
    public static MetaPage Read(IDiskFile file)
    {
        MetaPage meta;
        if (TryReadAt(file, 0, out var first))
        {
            meta = TryReadAt(file, first.PageBytes, out var second) && second.Transaction > first.Transaction ? second : first;
        }
        else if (!TryFindSecond(file, out meta))
        {
            throw new DamagedEtcdFileException(
                file.Path, 0, "neither meta page is valid: not a snapshot or data file of etcd, or damaged");
        }

        Check(file, meta);
        return meta;
    }

    private static bool TryFindSecond(IDiskFile file, out MetaPage meta)
    {
        for (long offset = EtcdFileFormat.PageBytesMin; offset <= EtcdFileFormat.PageBytesMax; offset *= 2)
        {
            if (TryReadAt(file, offset, out meta))
            {
                return true;
            }
        }

        meta = default;
        return false;
    }

    private static bool TryReadAt(IDiskFile file, long offset, out MetaPage meta)
    {
        Span<byte> page = stackalloc byte[MetaPage.Bytes];
        var read = file.Read(page, offset);
        return MetaPage.TryRead(page[..read], out meta);
    }

    private static void Check(IDiskFile file, MetaPage meta)
    {
        if (meta.PageBytes is < EtcdFileFormat.PageBytesMin or > EtcdFileFormat.PageBytesMax
            || !uint.IsPow2(meta.PageBytes)
            || meta.PageCount is < EtcdFileFormat.MetaPages or > int.MaxValue)
        {
            throw new DamagedEtcdFileException(
                file.Path, 0, $"the meta page speaks of {meta.PageCount} pages of {meta.PageBytes} bytes");
        }

        var length = (long)meta.PageCount * meta.PageBytes;
        if (file.Length < length)
        {
            throw new DamagedEtcdFileException(
                file.Path, file.Length, $"the file ends here and should have at least {length} bytes");
        }
    }
}
