// Writes the pages of one bucket bottom up: leaves in order of their keys, and each branch page as soon
// as its last child is written. So no more than one page of each level is ever held.
namespace Kv.Node.EtcdFile;

/// <summary>The pages of a bucket, by ascending number.</summary>
internal sealed class BucketWriter
{
    private readonly LeafPage _leaf;
    private readonly BranchLevel[] _levels;
    private readonly byte[] _branch = new byte[EtcdFileFormat.PageBytes];
    private ulong _next;

    /// <param name="plan">The layout.</param>
    /// <param name="first">Number of the first page.</param>
    /// <param name="leaf">To fill; empty between leaves.</param>
    public BucketWriter(BucketPlan plan, ulong first, LeafPage leaf)
    {
        _leaf = leaf;
        _next = first;
        _levels = [.. plan.Levels.Select((pages, i) => new BranchLevel(i == 0 ? plan.Leaves : plan.Levels[i - 1], pages))];
    }

    /// <summary>The root page, once all were written.</summary>
    public ulong Root { get; private set; }

    /// <summary>All pages; each piece is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Write(PairSource pairs)
    {
        var fill = default(LeafFill);
        while (pairs.MoveNext())
        {
            var bytes = (long)pairs.KeyLength + pairs.ValueLength;
            if (fill.IsFullFor(bytes))
            {
                foreach (var piece in CloseLeaf())
                {
                    yield return piece;
                }

                fill = default;
            }

            fill.Add(bytes);
            _leaf.Add(pairs);
        }

        foreach (var piece in CloseLeaf())
        {
            yield return piece;
        }
    }

    /// <summary>The leaf, and the branch pages that are full with it.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> CloseLeaf()
    {
        var firstKey = _leaf.FirstKey;
        var leaf = _leaf.Close(_next);
        Root = _next;
        _next += (ulong)(leaf.Length / EtcdFileFormat.PageBytes);
        yield return leaf;
        foreach (var level in _levels)
        {
            level.Add(firstKey, Root);
            if (!level.IsFull)
            {
                break;
            }

            firstKey = level.FirstKey;
            Root = _next++;
            Array.Clear(_branch);
            level.Close(Root, _branch);
            yield return _branch;
        }
    }
}
