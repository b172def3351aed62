// Reads a data file or snapshot of etcd, whoever wrote it: any page size, either meta page damaged, free
// pages listed or not, small buckets inside their parent or not, checksum behind it or not. A damaged
// file is an error that says where; nothing the file says is believed without a check.
using System.Buffers.Binary;
using Kv.Node.Ports;

namespace Kv.Node.EtcdFile;

/// <summary>Takes a pair of a bucket; the bytes are valid until it returns.</summary>
/// <param name="offset">Where the pair is in the file, bytes, for errors.</param>
/// <param name="key">The key.</param>
/// <param name="value">The value.</param>
internal delegate void PairVisitor(long offset, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

/// <summary>An open file in etcd's format. Each bucket can be walked once.</summary>
internal sealed class EtcdFileReader : IDisposable
{
    /// <summary>Deepest tree that is followed: far beyond what fits any disk.</summary>
    private const int DepthMax = 64;

    private readonly IDiskFile _file;
    private readonly MetaPage _meta;
    private readonly PageRuns _runs;
    private readonly byte[][] _buffers = new byte[DepthMax][];
    private readonly List<EtcdBucket> _buckets = [];

    private EtcdFileReader(IDiskFile file, MetaPage meta)
    {
        _file = file;
        _meta = meta;
        _runs = new PageRuns(file, meta);
        Array.Fill(_buffers, []);
    }

    /// <summary>Bytes of all pages, without preallocated space and checksum.</summary>
    public long PageBytes => (long)_meta.PageCount * _meta.PageBytes;

    /// <summary>All buckets in order of their names.</summary>
    public IReadOnlyList<EtcdBucket> Buckets => _buckets;

    /// <summary>Opens a file.</summary>
    /// <exception cref="DamagedEtcdFileException">It is not in etcd's format, or the tree of buckets is
    /// damaged.</exception>
    /// <exception cref="DiskFailureException">It cannot be read.</exception>
    public static EtcdFileReader Open(IDisk disk, string path)
    {
        var file = disk.OpenRead(path);
        try
        {
            var reader = new EtcdFileReader(file, MetaPages.Read(file));
            reader.ReadBuckets();
            return reader;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The bucket of that name, or null.</summary>
    public EtcdBucket? Find(string name) => _buckets.Find(bucket => bucket.Name == name);

    /// <summary>Walks over the pairs of a bucket in order of their keys.</summary>
    /// <exception cref="DamagedEtcdFileException">The bucket is damaged.</exception>
    public void Walk(EtcdBucket bucket, PairVisitor visit)
    {
        if (bucket.Inline.Length > 0)
        {
            VisitLeaf(bucket.Inline, bucket.Offset, default, default, Plain(visit));
        }
        else
        {
            WalkPage(bucket.Root, default, default, 0, Plain(visit));
        }
    }

    /// <summary>Once all buckets were walked: every page must be in use or free, and none both. Only a
    /// file that lists its free pages can be checked.</summary>
    /// <exception cref="DamagedEtcdFileException">One is not.</exception>
    public void CheckFreePages()
    {
        if (_meta.Freelist == MetaPage.NoFreelist)
        {
            return;
        }

        var offset = _runs.OffsetOf(_meta.Freelist);
        var run = _runs.Read(_meta.Freelist, ref _buffers[0]);
        var elements = new PageElements(run);
        var ids = run[EtcdFileFormat.PageHeaderBytes..];
        ulong count = (ulong)elements.Count;
        if (elements.Flags == EtcdFileFormat.FreelistPage && count == EtcdFileFormat.FreelistCountElsewhere)
        {
            count = BinaryPrimitives.ReadUInt64LittleEndian(ids);
            ids = ids[sizeof(ulong)..];
        }

        if (elements.Flags != EtcdFileFormat.FreelistPage || count > (ulong)ids.Length / sizeof(ulong))
        {
            throw Damage(offset, $"page {_meta.Freelist} should be the list of free pages, and is none");
        }

        for (var i = 0; i < (int)count; i++)
        {
            _runs.MarkFree(BinaryPrimitives.ReadUInt64LittleEndian(ids[(i * sizeof(ulong))..]), offset);
        }

        if (_runs.FindLost() is var lost and not 0)
        {
            throw Damage(_runs.OffsetOf(lost), $"page {lost} is neither in use nor free");
        }
    }

    /// <summary>An error that names the file.</summary>
    public DamagedEtcdFileException Damage(long offset, string reason) => new(_file.Path, offset, reason);

    public void Dispose() => _file.Dispose();

    private void ReadBuckets()
    {
        WalkPage(_meta.Root, default, default, 0, (offset, flags, key, value) =>
        {
            if (flags != EtcdFileFormat.BucketElement)
            {
                throw Damage(offset, "a pair outside of any bucket");
            }

            _buckets.Add(EtcdBucket.TryRead(offset, key, value) ?? throw Damage(offset, "a bucket that is cut off"));
        });
    }

    private ElementVisitor Plain(PairVisitor visit) => (offset, flags, key, value) =>
    {
        if (flags != 0)
        {
            throw Damage(offset, "a bucket inside a bucket, which etcd does not make");
        }

        visit(offset, key, value);
    };

    /// <param name="number">The page.</param>
    /// <param name="lower">Smallest key it may hold.</param>
    /// <param name="upper">Key behind the largest it may hold; empty for no bound.</param>
    /// <param name="depth">Pages above it.</param>
    /// <param name="visit">Takes the elements of leaves.</param>
    private void WalkPage(ulong number, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper, int depth, ElementVisitor visit)
    {
        if (depth == DepthMax)
        {
            throw Damage(_runs.OffsetOf(number), $"the tree is deeper than {DepthMax} pages");
        }

        var run = _runs.Read(number, ref _buffers[depth]);
        var offset = _runs.OffsetOf(number);
        switch (new PageElements(run).Flags)
        {
            case EtcdFileFormat.LeafPage:
                VisitLeaf(run, offset, lower, upper, visit);
                break;
            case EtcdFileFormat.BranchPage:
                WalkBranch(run, offset, lower, upper, depth, visit);
                break;
            case var flags:
                throw Damage(offset, $"page {number} is of type 0x{flags:x}, where a leaf or a branch should be");
        }
    }

    private void WalkBranch(
        ReadOnlySpan<byte> run, long offset, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper, int depth, ElementVisitor visit)
    {
        var elements = new PageElements(run);
        RequireRoom(elements, offset);
        if (elements.Count == 0)
        {
            throw Damage(offset, "a branch page without children");
        }

        for (var i = 0; i < elements.Count; i++)
        {
            var at = offset + PageElements.OffsetOf(i);
            ReadOnlySpan<byte> next = upper;
            if (!elements.TryReadBranch(i, out var key, out var child)
                || (i + 1 < elements.Count && !elements.TryReadBranch(i + 1, out next, out _)))
            {
                throw Damage(at, "a key that lies outside of its page");
            }

            RequireOrder(key, lower, upper, at);
            if (i + 1 < elements.Count && key.SequenceCompareTo(next) >= 0)
            {
                throw Damage(at, "keys out of order in a branch page");
            }

            WalkPage(child, key, next, depth + 1, visit);
        }
    }

    private void VisitLeaf(
        ReadOnlySpan<byte> run, long offset, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper, ElementVisitor visit)
    {
        var elements = new PageElements(run);
        RequireRoom(elements, offset);
        ReadOnlySpan<byte> previous = default;
        for (var i = 0; i < elements.Count; i++)
        {
            var at = offset + PageElements.OffsetOf(i);
            if (!elements.TryReadLeaf(i, out var flags, out var key, out var value))
            {
                throw Damage(at, "a key or value that lies outside of its page");
            }

            RequireOrder(key, lower, upper, at);
            if (key.IsEmpty || (i > 0 && previous.SequenceCompareTo(key) >= 0))
            {
                throw Damage(at, "keys out of order in a leaf page");
            }

            previous = key;
            visit(at, flags, key, value);
        }
    }

    private void RequireRoom(PageElements elements, long offset)
    {
        if (!elements.HaveRoom)
        {
            throw Damage(offset, $"a page of {elements.Count} elements that has no room for them");
        }
    }

    private void RequireOrder(ReadOnlySpan<byte> key, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper, long offset)
    {
        if (key.SequenceCompareTo(lower) < 0 || (!upper.IsEmpty && key.SequenceCompareTo(upper) >= 0))
        {
            throw Damage(offset, "a key outside of what the page above says is here");
        }
    }

    private delegate void ElementVisitor(long offset, uint flags, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
}
