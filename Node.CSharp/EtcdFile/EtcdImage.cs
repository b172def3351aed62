// A state as a file in etcd's format, piece by piece from the first byte to the last. Made from an
// immutable state, so writes go on while it is sent; at no time is more than a page of each level held.
using Kv.Core.Apply;

namespace Kv.Node.EtcdFile;

/// <summary>The file of a state.</summary>
internal sealed class EtcdImage
{
    private readonly IReadOnlyList<(string Name, Func<PairSource> Open)> _buckets;
    private readonly BucketPlan[] _plans;

    private EtcdImage(IReadOnlyList<(string Name, Func<PairSource> Open)> buckets, BucketPlan[] plans)
    {
        _buckets = buckets;
        _plans = plans;
        PageCount = EtcdFileFormat.MetaPages + plans.Sum(plan => plan.Pages) + 1;
    }

    /// <summary>Length of the file without a checksum, bytes.</summary>
    public long Bytes => PageCount * EtcdFileFormat.PageBytes;

    private long PageCount { get; }

    /// <summary>Lays out the file: a pass over the lengths of all pairs.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EtcdImage Of(StoreState state, CancellationToken token)
    {
        var buckets = EtcdBuckets.Of(state);
        return new EtcdImage(buckets, [.. buckets.Select(bucket => BucketPlan.Of(bucket.Open(), token))]);
    }

    /// <summary>All bytes, in pieces of whole pages; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        yield return MetaPagesOfFile();
        var leaf = new LeafPage();
        var roots = new ulong[_buckets.Count];
        ulong next = EtcdFileFormat.MetaPages;
        for (var i = 0; i < _buckets.Count; i++)
        {
            var writer = new BucketWriter(_plans[i], next, leaf);
            foreach (var piece in writer.Write(_buckets[i].Open()))
            {
                yield return piece;
            }

            roots[i] = writer.Root;
            next += (ulong)_plans[i].Pages;
        }

        for (var i = 0; i < roots.Length; i++)
        {
            leaf.AddBucket(System.Text.Encoding.ASCII.GetBytes(_buckets[i].Name), roots[i]);
        }

        yield return leaf.Close(next);
    }

    /// <summary>Both meta pages: the same but for number and transaction, as in etcd's own snapshots.</summary>
    private byte[] MetaPagesOfFile()
    {
        var pages = new byte[EtcdFileFormat.MetaPages * EtcdFileFormat.PageBytes];
        var meta = new MetaPage(
            EtcdFileFormat.PageBytes, (ulong)PageCount - 1, MetaPage.NoFreelist, (ulong)PageCount, Transaction: 1);
        meta.Write(0, pages);
        (meta with { Transaction = 0 }).Write(1, pages.AsSpan(EtcdFileFormat.PageBytes));
        return pages;
    }
}
