// etcd keeps the hash that it computes while it compacts, and answers HashKV for exactly that revision
// with it (snapshot-format §6). So does this: in memory, the newest few, forgotten at a restart. The hash
// is over the history the compaction removes, so it is computed from the state before, which is let go
// as soon as that is done.
using Kv.Core.Apply;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

/// <summary>Hashes of the newest compactions, computed in the background, one after another.</summary>
internal sealed class CompactionHashes(IThreads threads, Action<Exception> onFault)
{
    /// <summary>Hashes kept, as in etcd.</summary>
    private const int KeptMax = 10;

    private readonly Lock _lock = new();
    private readonly List<Compaction> _compactions = [];
    private bool _isRunning;

    /// <summary>Called on the applier after a compaction.</summary>
    /// <param name="before">The state it was applied to.</param>
    /// <param name="revision">The revision compacted at.</param>
    public void Add(StoreState before, long revision)
    {
        lock (_lock)
        {
            _compactions.RemoveAll(known => known.Revision == revision);
            _compactions.Add(new Compaction(revision, before));
            if (_compactions.Count > KeptMax)
            {
                _compactions[0].Forget();
                _compactions.RemoveAt(0);
            }

            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = threads.Run(Run);
    }

    /// <summary>The hash of the compaction at a revision, and the compact revision before it (-1: none).</summary>
    /// <returns>Null if there was no such compaction, or too many since.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled while it was computed.</exception>
    public async ValueTask<(uint Hash, long CompactRevision)?> FindAsync(long revision, CancellationToken token)
    {
        Compaction? compaction;
        lock (_lock)
        {
            compaction = _compactions.Find(known => known.Revision == revision);
        }

        return compaction is null ? null : await compaction.Hash.WaitAsync(token);
    }

    private void Run()
    {
        try
        {
            while (Next() is { } compaction)
            {
                compaction.Compute();
            }
        }
        catch (Exception fault)
        {
            onFault(fault);
        }
    }

    private Compaction? Next()
    {
        lock (_lock)
        {
            var next = _compactions.Find(known => !known.Hash.IsCompleted);
            _isRunning = next is not null;
            return next;
        }
    }

    private sealed class Compaction(long revision, StoreState before)
    {
        private readonly TaskCompletionSource<(uint, long)?> _hash = Promise.New<(uint, long)?>();
        private StoreState? _before = before;

        public long Revision { get; } = revision;

        public Task<(uint Hash, long CompactRevision)?> Hash => _hash.Task;

        public void Compute()
        {
            if (Interlocked.Exchange(ref _before, null) is { } state)
            {
                var (hash, compacted) = state.CompactionHash(Revision);
                _hash.TrySetResult((hash, compacted));
            }
        }

        /// <summary>Gives up a computation that was not begun.</summary>
        public void Forget()
        {
            if (Interlocked.Exchange(ref _before, null) is not null)
            {
                _hash.TrySetResult(null);
            }
        }
    }
}
