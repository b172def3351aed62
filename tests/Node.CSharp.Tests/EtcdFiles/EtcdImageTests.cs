// What is written for a state, read back byte by byte, and the shape of large trees.
using System.Buffers.Binary;
using System.Text;
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.EtcdFile;
using Kv.Node.Tests.Watch;
using Kv.Node.Wal;
using Xunit;

namespace Kv.Node.Tests.EtcdFiles;

/// <summary>snapshot-format §1.8, §2 and §3.</summary>
public sealed class EtcdImageTests
{
    private static readonly string[] Buckets =
        ["alarm", "auth", "authRoles", "authUsers", "cluster", "key", "lease", "members", "members_removed", "meta"];

    [Fact]
    public void Rows_are_stored_as_etcd_stores_them()
    {
        var store = new TestStore();
        store.Put("a", "1");
        store.Put("b", "1");
        store.Put("a", "2");
        store.Delete("a");
        store.Delete("b");
        using var file = SavedFile.Of(store.State);
        Assert.Equal(
            [
                "00000000000000025f0000000000000000 0a01611002180220012a0131",
                "00000000000000035f0000000000000000 0a01621003180320012a0131",
                "00000000000000045f0000000000000000 0a01611002180420022a0132",
                "00000000000000055f000000000000000074 0a0161",
                "00000000000000065f000000000000000074 0a0162",
            ],
            file.Pairs("key").Select(pair =>
                $"{Convert.ToHexStringLower(Encoding.Latin1.GetBytes(pair.Key))} {Convert.ToHexStringLower(pair.Value)}"));
    }

    [Fact]
    public void The_other_buckets_hold_what_a_restart_or_a_restore_needs()
    {
        var store = new TestStore();
        store.Apply(Command.NewLeaseGrant(0x1234, 60), Command.NewLeaseGrant(7, 5), Command.NewLeaseGrant(-2, 60));
        store.Apply(Command.NewLeaseCheckpoint([7], [3]));
        store.Apply(Command.NewMemberPublish(1, "first", ["http://a:2379"]));
        store.Put("k");
        store.Put("k");
        store.Compact(3);
        store.Apply(Command.NewAlarmRaise(0, AlarmKind.NoSpace));
        using var file = SavedFile.Of(store.State);
        using (var reader = EtcdFileReader.Open(new Kv.Node.Ports.PhysicalDisk(), file.Name))
        {
            Assert.Equal(Buckets, reader.Buckets.Select(bucket => bucket.Name));
        }

        Assert.Equal(
            [
                "0000000000000007 080710051803",
                "0000000000001234 08b424103c",
                "fffffffffffffffe 08feffffffffffffffff01103c",
            ],
            file.Pairs("lease").Select(pair =>
                $"{Convert.ToHexStringLower(Encoding.Latin1.GetBytes(pair.Key))} {Convert.ToHexStringLower(pair.Value)}"));
        Assert.Equal("\u0010\u0001", file.Pairs("alarm").Single().Key);
        var member = file.Pairs("members").Single();
        Assert.Equal("1", member.Key);
        Assert.Equal(
            """{"id":1,"peerURLs":["http://a:1"],"name":"first","clientURLs":["http://a:2379"]}""",
            Encoding.UTF8.GetString(member.Value));
        Assert.Equal("3.5.0", Encoding.ASCII.GetString(file.Pairs("cluster").Single().Value));
        Assert.Equal(("authRevision", 1L), (file.Pairs("auth").Single().Key, Number(file.Pairs("auth").Single().Value)));
        var meta = file.Pairs("meta").ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.Equal(store.State.AppliedIndex, (ulong)Number(meta["consistent_index"]));
        Assert.Equal(1, Number(meta["term"]));
        Assert.Equal("""{"voters":[1],"auto_leave":false}""", Encoding.ASCII.GetString(meta["confState"]));
        Assert.Equal("00000000000000035f0000000000000000", Convert.ToHexStringLower(meta["finishedCompactRev"]));
        Assert.Equal(meta["finishedCompactRev"], meta["scheduledCompactRev"]);
        Assert.Equal(5, meta.Count);
    }

    [Fact]
    public void The_hash_of_the_state_is_that_of_its_file_without_its_place_in_the_log()
    {
        var store = new TestStore();
        store.Apply(Command.NewLeaseGrant(1, 60));
        for (var i = 0; i < 500; i++)
        {
            store.Put($"key{i % 60}", new string('v', i));
        }

        store.Compact(200);
        using var file = SavedFile.Of(store.State);
        uint expected = 0;
        foreach (var bucket in Buckets)
        {
            expected = Crc32C.Append(expected, Encoding.ASCII.GetBytes(bucket));
            foreach (var (key, value) in file.Pairs(bucket).Where(pair => pair.Key is not ("consistent_index" or "term")))
            {
                expected = Crc32C.Append(Crc32C.Append(expected, Encoding.Latin1.GetBytes(key)), value);
            }
        }

        Assert.Equal(expected, EtcdHash.Of(store.State, CancellationToken.None));
        store.Sweep();
        Assert.Equal(expected, EtcdHash.Of(store.State, CancellationToken.None));
    }

    [Fact]
    public void The_summary_counts_living_keys_and_the_hash_covers_everything()
    {
        var store = new TestStore();
        store.PutAll("a", "b", "c");
        store.Delete("b");
        store.Put("a");
        using var file = SavedFile.Of(store.State);
        var summary = file.Summary();
        Assert.Equal(store.State.Revision, summary.Revision);
        Assert.Equal(2, summary.TotalKeys);
        Assert.Equal(new FileInfo(file.Name).Length - 32, summary.TotalBytes);
        Assert.Equal("", summary.Version);
        Assert.NotEqual(EtcdHash.Of(store.State, CancellationToken.None), summary.Hash);
    }

    [Fact]
    public void An_empty_store_is_a_file_like_any_other()
    {
        using var file = SavedFile.Of(new TestStore().State);
        Assert.Equal(0, file.Summary().Revision);
        Assert.Equal(1, file.Import().Revision);
    }

    /// <summary>Sizes around every change of shape: one leaf, one branch, two, one more level.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(BucketPlan.ChildrenMax * 2)]
    [InlineData((BucketPlan.ChildrenMax * 2) + 1)]
    [InlineData(BucketPlan.ChildrenMax * BucketPlan.ChildrenMax * 2)]
    [InlineData((BucketPlan.ChildrenMax * BucketPlan.ChildrenMax * 2) + 1)]
    public void No_branch_page_has_a_single_child_and_leaves_are_equally_deep(int count)
    {
        // Two pairs of this size fill a leaf.
        var pages = Write(count, _ => 1_700, out var plan, out var root);
        Assert.Equal(plan.Pages, pages.Count);
        Assert.Equal(root, pages.Keys.Max());
        Assert.Equal(plan.Levels.Length, Depth(pages, root, count == 0));
        Assert.Equal(Math.Max(1, (count + 1) / 2), plan.Leaves);
    }

    [Fact]
    public void Values_larger_than_a_page_overflow_into_the_pages_behind()
    {
        var pages = Write(400, i => i % 7 == 0 ? 300_000 : 100, out var plan, out _);
        Assert.Equal(plan.Pages, pages.Values.Sum(page => page.Length / EtcdFileFormat.PageBytes));
        Assert.Contains(pages.Values, page => page.Length > 70 * EtcdFileFormat.PageBytes);
        ulong next = 2;
        foreach (var (number, page) in pages)
        {
            Assert.Equal(next, number);
            Assert.Equal(page.Length / EtcdFileFormat.PageBytes, 1 + BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(12)));
            next += (ulong)(page.Length / EtcdFileFormat.PageBytes);
        }
    }

    private static SortedDictionary<ulong, byte[]> Write(int count, Func<int, int> size, out BucketPlan plan, out ulong root)
    {
        plan = BucketPlan.Of(new NumberedPairs(count, size), CancellationToken.None);
        var writer = new BucketWriter(plan, 2, new LeafPage());
        var pages = new SortedDictionary<ulong, byte[]>();
        foreach (var piece in writer.Write(new NumberedPairs(count, size)))
        {
            pages.Add(BinaryPrimitives.ReadUInt64LittleEndian(piece.Span), piece.ToArray());
        }

        root = writer.Root;
        return pages;
    }

    /// <summary>Branch levels above the leaves.</summary>
    private static int Depth(SortedDictionary<ulong, byte[]> pages, ulong number, bool mayBeEmpty)
    {
        var elements = new PageElements(pages[number]);
        if (elements.Flags == EtcdFileFormat.LeafPage)
        {
            Assert.True(elements.Count > 0 || mayBeEmpty);
            return 0;
        }

        Assert.Equal(EtcdFileFormat.BranchPage, elements.Flags);
        Assert.InRange(elements.Count, 2, BucketPlan.ChildrenMax);
        var depths = new HashSet<int>();
        for (var i = 0; i < elements.Count; i++)
        {
            Assert.True(elements.TryReadBranch(i, out var key, out var child));
            var below = new PageElements(pages[child]);
            Assert.True(below.Flags == EtcdFileFormat.LeafPage
                ? below.TryReadLeaf(0, out _, out var first, out _)
                : below.TryReadBranch(0, out first, out _));
            Assert.True(key.SequenceEqual(first));
            depths.Add(Depth(pages, child, false));
        }

        return depths.Single() + 1;
    }

    private static long Number(byte[] value) => BinaryPrimitives.ReadInt64BigEndian(value);

    private sealed class NumberedPairs(int count, Func<int, int> size) : PairSource
    {
        private int _at = -1;

        public override int KeyLength => sizeof(int);

        public override int ValueLength => size(_at);

        public override bool MoveNext() => ++_at < count;

        public override void WriteKey(Span<byte> into) => BinaryPrimitives.WriteInt32BigEndian(into, _at);

        public override void WriteValue(Span<byte> into) => into.Fill(1);
    }
}
