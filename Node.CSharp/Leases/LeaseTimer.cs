// The leader's account of one lease. Kept small, because there can be millions.
namespace Kv.Node.Leases;

/// <summary>How long a lease has.</summary>
/// <param name="id">The lease.</param>
/// <param name="ttlSeconds">Granted time to live.</param>
internal sealed class LeaseTimer(long id, long ttlSeconds)
{
    /// <summary>Place among the ends; its due time may be earlier than <see cref="DeadlineMs"/>.</summary>
    public HeapPlace End;

    /// <summary>Place among the checkpoints; its due time may be earlier than <see cref="CheckpointMs"/>.</summary>
    public HeapPlace Checkpoint;

    public long Id { get; } = id;

    public long TtlSeconds { get; } = ttlSeconds;

    /// <summary>When its time is over, on the keeper's clock.</summary>
    public long DeadlineMs { get; set; }

    /// <summary>When its remaining time is stored next.</summary>
    public long CheckpointMs { get; set; }

    /// <summary>Its revocation, once that is proposed: it cannot be saved any more (L10). The result is
    /// false if it came to nothing; it is null again then.</summary>
    public Task<bool>? Ending { get; set; }

    /// <summary>Number of the checkpoint that may be in the replicated state; 0 if none is. A renewal has
    /// to take it back first, or a new leader would end the lease early.</summary>
    public long Stored { get; set; }

    /// <summary>Seconds left, rounded up.</summary>
    public long SecondsLeft(long nowMs) => (Math.Max(0, DeadlineMs - nowMs) + 999) / 1000;
}
