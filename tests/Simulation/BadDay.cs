// Swarm options: the seed decides what kind of bad day a run is, not only how the dice fall in it. Each fault is
// off in many runs, so that faults are also met without each other.
using Kv.Simulation.Time;

namespace Kv.Simulation;

/// <summary>Everything that differs between two runs. Chances are per mille; times are virtual.</summary>
internal sealed record BadDay
{
    public required ulong Seed { get; init; }

    // The cluster.
    public int Members { get; init; } = 3;

    public int MembersMax { get; init; } = 7;

    public bool PreVote { get; init; } = true;

    public int HeartbeatMs { get; init; } = 100;

    public int ElectionMs { get; init; } = 1_000;

    public ulong SnapshotCount { get; init; } = 10_000;

    public int CatchUpEntries { get; init; } = 5_000;

    public int SegmentBytes { get; init; } = 256 << 10;

    public int CompactionBatch { get; init; } = 1_000;

    public int ProgressMs { get; init; } = 1_000;

    public int MaxTxnOps { get; init; } = 128;

    // Threads and clocks.
    public bool HasVisits { get; init; } = true;

    public long ThreadDelayMax { get; init; } = Span.Millisecond / 10;

    public int ClockDriftPermilleMax { get; init; }

    public int ClockJumpPermille { get; init; }

    public int PausePermille { get; init; }

    public long PauseMax { get; init; } = 5 * Span.Second;

    // The network.
    public long NetworkDelayMax { get; init; } = 2 * Span.Millisecond;

    public int LossPermille { get; init; }

    public int DuplicatePermille { get; init; }

    public int ReorderPermille { get; init; }

    public long ReorderMax { get; init; } = 50 * Span.Millisecond;

    public int PartitionPermille { get; init; }

    public bool HasOneWayPartitions { get; init; }

    public long PartitionMax { get; init; } = 10 * Span.Second;

    public int SlowLinkPermille { get; init; }

    public long SlowLinkDelay { get; init; } = 500 * Span.Millisecond;

    // The disk.
    public long SyncMax { get; init; } = 2 * Span.Millisecond;

    public int SlowSyncPermille { get; init; }

    public long SlowSyncMax { get; init; } = 3 * Span.Second;

    public int FailedSyncPermille { get; init; }

    public int FullDiskPermille { get; init; }

    public int MisreadPermille { get; init; }

    // Processes.
    public int KillPermille { get; init; }

    public int PowerCutPermille { get; init; }

    public int PowerCutAllPermille { get; init; }

    public long RestartMax { get; init; } = 5 * Span.Second;

    // Operators.
    public int TransferPermille { get; init; }

    public int MembershipPermille { get; init; }

    public bool IsStrict { get; init; } = true;

    public int CompactPermille { get; init; }

    // Clients.
    public int Writers { get; init; } = 4;

    public int Watchers { get; init; } = 2;

    public int LeaseHolders { get; init; }

    public int Lockers { get; init; }

    public int Keys { get; init; } = 5;

    public int ValueBytes { get; init; } = 16;

    public long ThinkMax { get; init; } = 50 * Span.Millisecond;

    public int TxnPermille { get; init; } = 200;

    public int DeletePermille { get; init; } = 100;

    public int SerializablePermille { get; init; } = 100;

    public long SafetyTime { get; init; } = 20 * Span.Second;

    /// <summary>The day a seed stands for.</summary>
    public static BadDay Of(ulong seed)
    {
        var chance = new Chance(seed ^ 0x6b765f6e6f6465);
        int Sometimes(int percent, int low, int high)
        {
            var isOn = chance.Below(100) < percent;
            var value = (int)chance.Between(low, high);
            return isOn ? value : 0;
        }

        var heartbeat = chance.Pick([50, 100, 100, 100, 200]);
        return new BadDay
        {
            Seed = seed,
            Members = chance.Pick([1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 7]),
            PreVote = chance.Permille(800),
            HeartbeatMs = heartbeat,
            ElectionMs = heartbeat * (int)chance.Between(5, 12),
            SnapshotCount = (ulong)chance.Pick([5, 20, 50, 200, 10_000]),
            CatchUpEntries = chance.Pick([1, 5, 20, 100, 5_000]),
            SegmentBytes = chance.Pick([1 << 10, 4 << 10, 16 << 10, 256 << 10]),
            CompactionBatch = chance.Pick([1, 3, 10, 1_000]),
            ProgressMs = chance.Pick([100, 500, 2_000]),
            HasVisits = chance.Permille(600),
            ThreadDelayMax = chance.Pick([0L, Span.Millisecond / 100, Span.Millisecond, 20 * Span.Millisecond]),
            ClockDriftPermilleMax = Sometimes(40, 1, 60),
            ClockJumpPermille = Sometimes(40, 1, 20),
            PausePermille = Sometimes(40, 1, 15),
            PauseMax = chance.Pick([Span.Second / 2, 3 * Span.Second, 15 * Span.Second]),
            NetworkDelayMax = chance.Pick([Span.Millisecond / 10, 2 * Span.Millisecond, 20 * Span.Millisecond, 100 * Span.Millisecond]),
            LossPermille = Sometimes(50, 1, 200),
            DuplicatePermille = Sometimes(40, 1, 200),
            ReorderPermille = Sometimes(40, 1, 300),
            PartitionPermille = Sometimes(60, 2, 40),
            HasOneWayPartitions = chance.Permille(400),
            PartitionMax = chance.Pick([2 * Span.Second, 5 * Span.Second, 15 * Span.Second]),
            SlowLinkPermille = Sometimes(30, 2, 30),
            SyncMax = chance.Pick([0L, 2 * Span.Millisecond, 20 * Span.Millisecond, 100 * Span.Millisecond]),
            SlowSyncPermille = Sometimes(30, 1, 20),
            FailedSyncPermille = Sometimes(20, 1, 5),
            FullDiskPermille = Sometimes(20, 1, 8),
            MisreadPermille = Sometimes(20, 1, 30),
            KillPermille = Sometimes(50, 1, 20),
            PowerCutPermille = Sometimes(50, 1, 25),
            PowerCutAllPermille = Sometimes(25, 1, 6),
            RestartMax = chance.Pick([Span.Second, 5 * Span.Second, 10 * Span.Second]),
            TransferPermille = Sometimes(40, 2, 30),
            MembershipPermille = Sometimes(35, 10, 60),
            IsStrict = chance.Permille(400),
            CompactPermille = Sometimes(60, 5, 80),
            Writers = chance.Pick([1, 3, 6, 12]),
            Watchers = chance.Pick([0, 1, 2, 4]),
            LeaseHolders = Sometimes(50, 1, 3),
            Lockers = Sometimes(30, 2, 3),
            Keys = chance.Pick([1, 3, 6, 20]),
            ValueBytes = chance.Pick([4, 16, 200]),
            ThinkMax = chance.Pick([5 * Span.Millisecond, 50 * Span.Millisecond, 300 * Span.Millisecond]),
            TxnPermille = Sometimes(70, 50, 500),
            DeletePermille = Sometimes(70, 20, 300),
            SerializablePermille = Sometimes(60, 20, 300),
            SafetyTime = chance.Between(5, 30) * Span.Second,
        };
    }
}
