// What holders know of their leases and locks.
namespace Checking;

/// <summary>A lease as its holder sees it. All times are nanoseconds of the holder's clock.</summary>
public sealed class LeaseRecord
{
    /// <summary>Its id.</summary>
    public required long Id { get; init; }

    /// <summary>How long it lives without a renewal, as it was granted, nanoseconds.</summary>
    public required long Ttl { get; init; }

    /// <summary>When the grant was asked for. Only leases that were granted are recorded.</summary>
    public required long GrantCall { get; init; }

    /// <summary>When the last renewal that succeeded (with a time left above 0) was asked for, or the grant.</summary>
    public required long LastRenewal { get; set; }

    /// <summary>When its end was first asked for, whatever became of that.</summary>
    public long RevokeCall { get; set; } = long.MaxValue;

    /// <summary>When it, or a key attached to it, was first seen gone although nobody had asked for that.</summary>
    public long GoneSeen { get; set; } = long.MaxValue;

    /// <summary>How it was seen.</summary>
    public string GoneHow { get; set; } = "";

    /// <summary>Until when it certainly lives, if it keeps its promise and nobody revokes it: a renewal that succeeds
    /// begins the time anew at some moment after it was asked for.</summary>
    public long PromisedUntil => LastRenewal + Ttl;
}

/// <summary>One time a lock was held.</summary>
public sealed class LockRecord
{
    /// <summary>The lock.</summary>
    public required string Name { get; init; }

    /// <summary>Who held it.</summary>
    public required int Client { get; init; }

    /// <summary>The lease it was held with; one of the history's.</summary>
    public required long Lease { get; init; }

    /// <summary>The key that stands for the holder.</summary>
    public required string Key { get; init; }

    /// <summary>When the holder knew that it held it, nanoseconds.</summary>
    public required long Acquired { get; init; }

    /// <summary>When it asked to give it back, nanoseconds.</summary>
    public long Released { get; set; } = long.MaxValue;

    /// <inheritdoc/>
    public override string ToString() =>
        $"client {Client} held {Name} by {Key} from {Operation.Milliseconds(Acquired)} to {(Released == long.MaxValue ? "…" : Operation.Milliseconds(Released))} ms";
}
