// The hash of the key space at a revision, as HashKV answers it and as members compare it.
using Kv.Core.Apply;
using Kv.Node.Grpc;

namespace Kv.Node.Engine;

/// <summary>A hash, and over which history it is.</summary>
/// <param name="Hash">etcd's hash of the rows.</param>
/// <param name="CompactRevision">Where the history begins; -1: it was never compacted.</param>
/// <param name="Revision">Where it ends.</param>
internal sealed record KeySpaceHash(uint Hash, long CompactRevision, long Revision);

/// <summary>Hashes of this member's key space.</summary>
internal sealed class KeySpaceHashes(NodeEngine engine)
{
    /// <summary>The hash at a revision; 0 is the present one. For the revision of a recent compaction it is, as
    /// in etcd, the one computed over what that compaction removed.</summary>
    /// <exception cref="EtcdException">The revision is compacted, or in the future.</exception>
    public async ValueTask<KeySpaceHash> AtAsync(long revision, CancellationToken token)
    {
        if (revision > 0 && await engine.CompactionHashes.FindAsync(revision, token) is var (kept, before))
        {
            return new KeySpaceHash(kept, before, revision);
        }

        var (error, hash, compactRevision, hashRevision) = engine.State.HashKv(revision);
        StoreErrors.ThrowIfAny(error);
        return new KeySpaceHash(hash, compactRevision, hashRevision);
    }
}
