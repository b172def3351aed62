// Files in etcd's format as our own writer does not make them: other page sizes, inline buckets, listed
// free pages, and whatever is wrong. Written from snapshot-format §1, not with the code under test.
using System.Buffers.Binary;
using System.Text;

namespace Kv.Node.Tests.EtcdFiles;

/// <summary>A file made page by page.</summary>
internal sealed class HandMadeFile(int pageBytes = 4096)
{
    private readonly Dictionary<ulong, byte[]> _pages = [];

    public ulong Root { get; set; } = 2;

    public ulong Freelist { get; set; } = ulong.MaxValue;

    public ulong PageCount { get; set; } = 8;

    /// <summary>Transaction of the page 0; page 1 has the one before.</summary>
    public ulong Transaction { get; set; } = 9;

    /// <summary>Meta pages that are spoiled.</summary>
    public bool[] Spoiled { get; } = new bool[2];

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The usual small file: bucket `key` on page 3, bucket `meta` on page 4, root on page 2.</summary>
    public static HandMadeFile Usual(int pageBytes = 4096)
    {
        var file = new HandMadeFile(pageBytes) { PageCount = 5 };
        file.Leaf(2, Bucket("key", 3), Bucket("meta", 4));
        file.Leaf(3, Row(2, "a"), Row(3, "b"));
        file.Leaf(4, Pair("consistent_index", "\0\0\0\0\0\0\0\u0007"), Pair("term", "\0\0\0\0\0\0\0\u0001"));
        return file;
    }

    public static (uint Flags, byte[] Key, byte[] Value) Pair(string key, string value) => (0, Bytes(key), Bytes(value));

    public static (uint Flags, byte[] Key, byte[] Value) Bucket(string name, byte root) =>
        (1, Bytes(name), [root, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>The put that created a key of one letter.</summary>
    public static (uint Flags, byte[] Key, byte[] Value) Row(byte revision, string key) => Pair(
        "\0\0\0\0\0\0\0" + (char)revision + "_\0\0\0\0\0\0\0\0",
        "\n\u0001" + key + "\u0010" + (char)revision + "\u0018" + (char)revision + " \u0001*\u0001v");

    /// <summary>A bucket inside its parent's page.</summary>
    public static (uint Flags, byte[] Key, byte[] Value) Inline(
        string name, params (uint Flags, byte[] Key, byte[] Value)[] pairs) =>
        (1, Bytes(name), [.. new byte[16], .. LeafImage(0, pairs)]);

    public HandMadeFile Leaf(ulong number, params (uint Flags, byte[] Key, byte[] Value)[] pairs)
    {
        var image = LeafImage(number, pairs);
        var pages = (image.Length + pageBytes - 1) / pageBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), (uint)(pages - 1));
        _pages[number] = image;
        return this;
    }

    public HandMadeFile Branch(ulong number, params (string Key, ulong Child)[] children)
    {
        var page = Head(number, 1, children.Length, 16 * children.Length);
        var data = new List<byte>();
        for (var i = 0; i < children.Length; i++)
        {
            var element = page.AsSpan(16 + (16 * i));
            BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)((16 * (children.Length - i)) + data.Count));
            BinaryPrimitives.WriteUInt32LittleEndian(element[4..], (uint)children[i].Key.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(element[8..], children[i].Child);
            data.AddRange(Bytes(children[i].Key));
        }

        _pages[number] = [.. page, .. data];
        return this;
    }

    /// <summary>A list of free pages, which the meta pages then name.</summary>
    /// <param name="number">Its page.</param>
    /// <param name="isLong">Count them as lists too long for the page header do.</param>
    /// <param name="free">The free pages.</param>
    public HandMadeFile FreePages(ulong number, bool isLong, params ulong[] free)
    {
        ulong[] words = isLong ? [(ulong)free.Length, .. free] : free;
        var page = Head(number, 0x10, isLong ? 0xFFFF : free.Length, 8 * words.Length);
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(16 + (8 * i)), words[i]);
        }

        _pages[number] = page;
        Freelist = number;
        return this;
    }

    public HandMadeFile Page(ulong number, byte[] bytes)
    {
        _pages[number] = bytes;
        return this;
    }

    public byte[] Build()
    {
        var file = new byte[(int)PageCount * pageBytes];
        for (ulong i = 0; i < 2; i++)
        {
            Meta(i).CopyTo(file.AsSpan((int)i * pageBytes));
        }

        foreach (var (number, page) in _pages)
        {
            page.CopyTo(file.AsSpan((int)number * pageBytes));
        }

        return file;
    }

    private static byte[] LeafImage(ulong number, (uint Flags, byte[] Key, byte[] Value)[] pairs)
    {
        var page = Head(number, 2, pairs.Length, 16 * pairs.Length);
        var data = new List<byte>();
        for (var i = 0; i < pairs.Length; i++)
        {
            var element = page.AsSpan(16 + (16 * i));
            BinaryPrimitives.WriteUInt32LittleEndian(element, pairs[i].Flags);
            BinaryPrimitives.WriteUInt32LittleEndian(element[4..], (uint)((16 * (pairs.Length - i)) + data.Count));
            BinaryPrimitives.WriteUInt32LittleEndian(element[8..], (uint)pairs[i].Key.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(element[12..], (uint)pairs[i].Value.Length);
            data.AddRange(pairs[i].Key);
            data.AddRange(pairs[i].Value);
        }

        return [.. page, .. data];
    }

    private static byte[] Head(ulong number, ushort flags, int count, int bodyBytes)
    {
        var page = new byte[16 + bodyBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(page, number);
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(8), flags);
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(10), (ushort)count);
        return page;
    }

    private byte[] Meta(ulong number)
    {
        var page = new byte[80];
        BinaryPrimitives.WriteUInt64LittleEndian(page, number);
        page[8] = 4;
        ulong[] words =
        [
            0x00000002_ED0CDAED, (ulong)pageBytes, Root, 0, Freelist, PageCount, Transaction - number,
        ];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(16 + (8 * i)), words[i]);
        }

        var hash = 0xCBF29CE484222325;
        foreach (var value in page.AsSpan(16, 56))
        {
            hash = (hash ^ value) * 0x100000001B3;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(72), hash);
        if (Spoiled[number])
        {
            page[40] ^= 1;
        }

        return page;
    }
}
