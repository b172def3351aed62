using Kv.Node.Engine;
using Kv.Node.Tests.Watch;
using Kv.Node.Threads;
using Xunit;

namespace Kv.Node.Tests.Engine;

/// <summary>The hashes kept of compactions (snapshot-format §6).</summary>
public sealed class CompactionHashesTests
{
    [Fact]
    public async Task The_newest_ten_are_kept_each_with_the_compaction_before_it()
    {
        var store = new TestStore();
        var hashes = new CompactionHashes(ProcessThreads.Instance, fault => Assert.Fail(fault.ToString()));
        var expected = new List<(long Revision, uint Hash, long Before)>();
        for (var i = 0; i < 12; i++)
        {
            store.Put("a", $"{i}");
            var revision = store.Put("b", $"{i}");
            var before = store.State;
            var (hash, compacted) = before.CompactionHash(revision);
            expected.Add((revision, hash, compacted));
            store.Compact(revision);
            hashes.Add(before, revision);
        }

        Assert.Equal(-1, expected[0].Before);
        Assert.Equal(expected[10].Revision, expected[11].Before);
        for (var i = 0; i < 12; i++)
        {
            var found = await hashes.FindAsync(expected[i].Revision, CancellationToken.None);
            Assert.Equal(i < 2 ? null : (expected[i].Hash, expected[i].Before), found);
        }

        Assert.Null(await hashes.FindAsync(expected[11].Revision + 1, CancellationToken.None));
    }
}
