// Every damage of a shape to the bytes of a file.
namespace Damage;

/// <summary>Makes cases of the bytes of a file.</summary>
internal static class Shapes
{
    private const int LargeSectorBytes = 4096;

    /// <summary>All damage to the bytes of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="versions">What its sectors held before.</param>
    public static IEnumerable<Case> Of(string path, byte[] content, IEnumerable<(int Sector, byte[] Content)> versions) =>
    [
        .. Flips(path, content), .. Cuts(path, content), .. Longer(path, content),
        .. Zeroed(path, content, MemoryFile.SectorBytes, DamageKind.Sector512Zeroed),
        .. Zeroed(path, content, LargeSectorBytes, DamageKind.Sector4096Zeroed),
        .. Swapped(path, content), .. Stale(path, content, versions),
    ];

    public static IEnumerable<Case> Flips(string path, byte[] content)
    {
        for (var i = 0; i < content.Length * 8; i++)
        {
            var (at, bit) = (i / 8, i % 8);
            yield return Bytes(DamageKind.BitFlipped, path, at, $"bit {bit}", () =>
            {
                byte[] damaged = [.. content];
                damaged[at] ^= (byte)(1 << bit);
                return damaged;
            });
        }
    }

    public static IEnumerable<Case> Cuts(string path, byte[] content) =>
        Enumerable.Range(0, content.Length)
            .Select(length => Bytes(DamageKind.CutShort, path, length, "", () => content[..length]));

    private static IEnumerable<Case> Longer(string path, byte[] content)
    {
        foreach (var length in new[] { 1, 8, 512, 4096 })
        {
            yield return Bytes(DamageKind.MadeLonger, path, content.Length, $"{length} zeros", () => [.. content, .. new byte[length]]);
            yield return Bytes(
                DamageKind.MadeLonger, path, content.Length, $"{length} others",
                () => [.. content, .. Enumerable.Range(1, length).Select(i => (byte)(i * 37))]);
            yield return Bytes(
                DamageKind.MadeLonger, path, content.Length, $"its own {length} last", () => [.. content, .. content.TakeLast(length)]);
        }
    }

    private static IEnumerable<Case> Zeroed(string path, byte[] content, int size, DamageKind kind)
    {
        for (var at = 0; at < content.Length; at += size)
        {
            var start = at;
            yield return Bytes(kind, path, start, "", () =>
            {
                byte[] damaged = [.. content];
                damaged.AsSpan(start, Math.Min(size, damaged.Length - start)).Clear();
                return damaged;
            });
        }
    }

    private static IEnumerable<Case> Swapped(string path, byte[] content)
    {
        const int size = MemoryFile.SectorBytes;
        var whole = content.Length / size;
        for (var first = 0; first < whole; first++)
        {
            for (var second = first + 1; second < whole; second++)
            {
                var (left, right) = (first * size, second * size);
                yield return Bytes(DamageKind.SectorsSwapped, path, left, $"with {right}", () =>
                {
                    byte[] damaged = [.. content];
                    content.AsSpan(left, size).CopyTo(damaged.AsSpan(right));
                    content.AsSpan(right, size).CopyTo(damaged.AsSpan(left));
                    return damaged;
                });
            }
        }
    }

    private static IEnumerable<Case> Stale(
        string path, byte[] content, IEnumerable<(int Sector, byte[] Content)> versions)
    {
        foreach (var (sector, old) in versions)
        {
            var at = sector * MemoryFile.SectorBytes;
            var length = Math.Min(MemoryFile.SectorBytes, content.Length - at);
            if (length > 0 && !content.AsSpan(at, length).SequenceEqual(old.AsSpan(0, length)))
            {
                yield return Bytes(DamageKind.SectorStale, path, at, "", () =>
                {
                    byte[] damaged = [.. content];
                    old.AsSpan(0, length).CopyTo(damaged.AsSpan(at));
                    return damaged;
                });
            }
        }
    }

    /// <summary>Damage to the file as a whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Names it might get, or a copy of it: those of its neighbours among them.</param>
    /// <param name="others">Contents that might take its place.</param>
    public static IEnumerable<Case> OfWhole(string path, IEnumerable<string> names, IEnumerable<(string What, byte[] Content)> others)
    {
        yield return new Case(DamageKind.FileGone, path, 0, null, disk => disk.Delete(path), "");
        foreach (var name in names)
        {
            var to = Path.Combine(Path.GetDirectoryName(path)!, name);
            yield return new Case(DamageKind.FileRenamed, path, 0, null, disk => disk.Rename(path, to), $"to {name}");
            yield return new Case(DamageKind.FileDoubled, path, 0, null, disk => disk.Put(to, disk[path].Content()), $"as {name}");
        }

        foreach (var (what, content) in others)
        {
            yield return Bytes(DamageKind.FileReplaced, path, 0, $"by {what}", () => content);
        }
    }

    private static Case Bytes(DamageKind kind, string path, long at, string what, Func<byte[]> content) =>
        new(kind, path, at, content, null, what);
}
