// The layout of one bucket, known before a byte of it is written: etcd's file begins with the place of
// its root and its length, so they must be known before anything is sent. A first pass over the pairs
// takes their lengths only; the state cannot change, so the second pass, which writes, finds the same.
// The alternative, a temporary file, would need the disk space and time of another copy of the store.
namespace Kv.Node.EtcdFile;

/// <summary>How many pages a bucket takes.</summary>
/// <param name="Leaves">Leaf pages, each with its overflow counted once; at least 1.</param>
/// <param name="LeafPages">The same with overflow.</param>
/// <param name="Levels">Branch pages of each level, from the lowest up to the root; empty if the only leaf
/// is the root.</param>
internal sealed record BucketPlan(long Leaves, long LeafPages, long[] Levels)
{
    /// <summary>Children of a branch page. Keys are short (<see cref="KeyBytesMax"/>), so as many fit into
    /// a page whichever they are, and the branches follow from the number of leaves alone.</summary>
    public const int ChildrenMax = 96;

    /// <summary>Longest key a branch page can hold <see cref="ChildrenMax"/> of.</summary>
    public const int KeyBytesMax = 24;

    /// <summary>Pages of the bucket.</summary>
    public long Pages => LeafPages + Levels.Sum();

    /// <summary>Lays out a bucket.</summary>
    public static BucketPlan Of(PairSource pairs, CancellationToken token)
    {
        var fill = default(LeafFill);
        long leaves = 0;
        long leafPages = 0;
        while (pairs.MoveNext())
        {
            var bytes = (long)pairs.KeyLength + pairs.ValueLength;
            if (fill.IsFullFor(bytes))
            {
                token.ThrowIfCancellationRequested();
                leaves++;
                leafPages += fill.Pages;
                fill = default;
            }

            fill.Add(bytes);
        }

        return new BucketPlan(leaves + 1, leafPages + fill.Pages, LevelsAbove(leaves + 1));
    }

    private static long[] LevelsAbove(long pages)
    {
        var levels = new List<long>();
        while (pages > 1)
        {
            pages = (pages + ChildrenMax - 1) / ChildrenMax;
            levels.Add(pages);
        }

        return [.. levels];
    }
}
