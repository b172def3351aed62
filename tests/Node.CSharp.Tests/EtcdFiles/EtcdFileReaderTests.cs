// Files as others write them, and damaged ones: read right, or refused with the place and what is wrong.
using Kv.Core.Apply;
using Kv.Node.EtcdFile;
using Kv.Node.Tests.Watch;
using Xunit;
using static Kv.Node.Tests.EtcdFiles.HandMadeFile;

namespace Kv.Node.Tests.EtcdFiles;

/// <summary>snapshot-format §1, read.</summary>
public sealed class EtcdFileReaderTests
{
    private static readonly Member[] Members = [new(1, "x", ["http://x:1"], [], false)];

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1024, true)]
    [InlineData(4096, false)]
    [InlineData(4096, true)]
    [InlineData(16384, true)]
    [InlineData(65536, true)]
    public void Page_sizes_are_found_even_without_the_first_page(int pageBytes, bool isFirstSpoiled)
    {
        var made = Usual(pageBytes);
        made.Spoiled[0] = isFirstSpoiled;
        using var file = new SavedFile(made.Build());
        Assert.Equal(2, file.Summary().TotalKeys);
        Assert.Equal(3, file.Import().Revision);
    }

    [Fact]
    public void The_newer_meta_page_counts()
    {
        var older = Usual();
        older.Root = 3;
        older.Transaction = 5;
        var newer = Usual();
        newer.Transaction = 8;
        var bytes = older.Build();
        newer.Build().AsSpan(4096, 4096).CopyTo(bytes.AsSpan(4096));
        using var file = new SavedFile(bytes);
        Assert.Equal(2, file.Summary().TotalKeys);
    }

    [Fact]
    public void Inline_and_empty_buckets_overflow_and_branches_are_read()
    {
        var made = new HandMadeFile(1024) { PageCount = 14 };
        made.Leaf(2, Inline("alarm"), Bucket("key", 9), Inline("lease", Pair("\0\0\0\0\0\0\0\u0005", "\b\u0005\u0010\u003c")), Bucket("meta", 3));
        made.Leaf(3);
        made.Leaf(4, Row(2, "a"), Row(3, "b"));
        made.Leaf(5, Row(4, "c"), Long(5));
        made.Branch(9, (Row(2, "a").KeyText(), 4), (Row(4, "c").KeyText(), 5));
        using var file = new SavedFile(made.Build());
        Assert.Equal(4, file.Summary().TotalKeys);
        var state = file.Import().ToState(1, Members);
        Assert.Equal(1, state.LeaseCount);
        Assert.Equal(2_000, state.Get("d"u8.ToArray(), 0).Value.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Listed_free_pages_are_read_with_either_place_for_their_number(bool isLong)
    {
        var made = Usual(1024);
        made.PageCount = 8;
        made.FreePages(5, isLong, 6, 7);
        using var file = new SavedFile(made.Build());
        Assert.Equal(2, file.Summary().TotalKeys);
    }

    [Fact]
    public void Bytes_behind_the_last_page_do_not_matter()
    {
        using var file = new SavedFile([.. Usual().Build(), .. new byte[5_000]]);
        Assert.Equal(2, file.Summary().TotalKeys);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "both metas", "neither meta page is valid" },
        { "short", "the file ends here" },
        { "cycle", "referred to twice" },
        { "twice", "referred to twice" },
        { "outside", "the file's pages are 2 to" },
        { "type", "is of type 0x10" },
        { "number", "calls itself page" },
        { "overflow", "overflows by" },
        { "order", "out of order in a leaf" },
        { "branch order", "out of order in a branch" },
        { "range", "outside of what the page above says" },
        { "no child", "without children" },
        { "element", "outside of its page" },
        { "count", "no room for them" },
        { "nested", "a bucket inside a bucket" },
        { "stray", "outside of any bucket" },
        { "cut bucket", "a bucket that is cut off" },
        { "lost page", "neither in use nor free" },
        { "free and used", "in use or listed twice" },
        { "not a row", "not a revision" },
        { "deep", "deeper than" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_named_with_its_place(string kind, string expected)
    {
        using var file = new SavedFile(Damaged(kind));
        var error = Assert.Throws<DamagedEtcdFileException>(file.Summary);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains($"{file.Name} at offset {error.Offset}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void No_changed_byte_and_no_cut_can_do_more_than_be_refused()
    {
        var store = new TestStore();
        for (var i = 0; i < 120; i++)
        {
            store.Put($"k{i % 40}", new string('v', i % 5 == 0 ? 600 : 3));
        }

        store.Compact(60);
        var whole = SavedFile.ImageOf(store.State);
        var random = new Random(4);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            var bytes = whole.AsSpan(0, i % 3 == 0 ? random.Next(whole.Length) : whole.Length).ToArray();
            if (i % 3 != 0)
            {
                // Where pages have their structure; values are most of the rest.
                var page = random.Next(bytes.Length / 4096) * 4096;
                bytes[page + random.Next(200)] = (byte)random.Next(256);
            }

            using var file = new SavedFile(bytes);
            try
            {
                file.Summary();
                file.Import().ToState(1, Members);
            }
            catch (DamagedEtcdFileException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 150, 400);
    }

    private static (uint, byte[], byte[]) Long(byte revision) => Pair(
        Row(revision, "d").KeyText(),
        "\n\u0001d\u0010" + (char)revision + "\u0018" + (char)revision + " \u0001*\u00d0\u000f" + new string('x', 2_000));

    private static byte[] Damaged(string kind)
    {
        var made = Usual();
        switch (kind)
        {
            case "both metas":
                (made.Spoiled[0], made.Spoiled[1]) = (true, true);
                break;
            case "short":
                return made.Build()[..^1];
            case "cycle":
                made.Branch(3, (Row(2, "a").KeyText(), 3));
                break;
            case "twice":
                made.Leaf(2, Bucket("key", 3), Bucket("meta", 3));
                break;
            case "outside":
                made.Leaf(2, Bucket("key", 3), Bucket("meta", 200));
                break;
            case "type":
                made.Page(3, [3, 0, 0, 0, 0, 0, 0, 0, 0x10, 0]);
                break;
            case "number":
                made.Page(3, [4, 0, 0, 0, 0, 0, 0, 0, 2, 0]);
                break;
            case "overflow":
                made.Page(3, [3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 255, 255, 255, 255]);
                break;
            case "order":
                made.Leaf(3, Row(3, "a"), Row(2, "b"));
                break;
            case "branch order":
                made.PageCount = 7;
                made.Branch(3, (Row(4, "a").KeyText(), 5), (Row(3, "b").KeyText(), 6)).Leaf(5, Row(4, "a")).Leaf(6, Row(3, "b"));
                break;
            case "range":
                made.PageCount = 7;
                made.Branch(3, (Row(2, "a").KeyText(), 5), (Row(3, "b").KeyText(), 6)).Leaf(5, Row(4, "a")).Leaf(6, Row(3, "b"));
                break;
            case "no child":
                made.Branch(3);
                break;
            case "element":
                made.Page(3, [3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 4, 0, 0, 0, 255, 255, 255, 255]);
                break;
            case "count":
                made.Page(3, [3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 255, 254]);
                break;
            case "nested":
                made.Leaf(3, Bucket("x", 4));
                break;
            case "stray":
                made.Leaf(2, Pair("x", "y"));
                break;
            case "cut bucket":
                made.Leaf(2, (1, Bytes("key"), new byte[15]));
                break;
            case "lost page":
                made.PageCount = 7;
                made.FreePages(5, false);
                break;
            case "free and used":
                made.PageCount = 6;
                made.FreePages(5, false, 3);
                break;
            case "not a row":
                made.Leaf(3, Pair("short", "\n\u0001a"));
                break;
            case "deep":
                made.PageCount = 80;
                for (ulong page = 5; page < 79; page++)
                {
                    made.Branch(page, ("\0", page + 1));
                }

                made.Leaf(79).Leaf(2, Bucket("key", 5), Bucket("meta", 4));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }

        return made.Build();
    }
}

/// <summary>Short ways to say things in these tests.</summary>
file static class Shorthand
{
    public static string KeyText(this (uint Flags, byte[] Key, byte[] Value) pair) =>
        System.Text.Encoding.Latin1.GetString(pair.Key);
}
