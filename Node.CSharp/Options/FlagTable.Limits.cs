// The settings of limits, times and outputs that few operators touch.
using static Kv.Node.Options.FlagGroup;

namespace Kv.Node.Options;

internal static partial class FlagTable
{
    private static IEnumerable<OptionFlag> LimitRows() =>
    [
        Number("max-concurrent-streams", Member, "Most calls and streams at a time on one client connection.", 1, uint.MaxValue,
            (o, v) => o with { MaxConcurrentStreams = v }, o => o.MaxConcurrentStreams),
        Duration("grpc-keepalive-interval", Member, "Time without traffic after which a client is asked for a sign of life; 0: never.",
            (o, v) => o with { GrpcKeepAliveInterval = v }, o => o.GrpcKeepAliveInterval),
        Duration("grpc-keepalive-timeout", Member, "How long a client may take for it.",
            (o, v) => o with { GrpcKeepAliveTimeout = v }, o => o.GrpcKeepAliveTimeout),
        Duration("raft-read-timeout", Member, "Time without a sign of life after which a stream from a member is closed.",
            (o, v) => o with { RaftReadTimeout = v }, o => o.RaftReadTimeout),
        Duration("raft-write-timeout", Member, "Time without progress after which a stream to a member is given up.",
            (o, v) => o with { RaftWriteTimeout = v }, o => o.RaftWriteTimeout),
        Boolean("socket-reuse-port", Member, "Let several processes listen on one port.",
            (o, v) => o with { SocketReusePort = v }, o => o.SocketReusePort),
        Boolean("socket-reuse-address", Member, "Let a port be listened on while connections of before are in their last state.",
            (o, v) => o with { SocketReuseAddress = v }, o => o.SocketReuseAddress),
        Number("snapshot-catchup-entries", Storage, "Entries kept in memory behind a snapshot for slow members.", 1, int.MaxValue,
            (o, v) => o with { SnapshotCatchUpEntries = (int)v }, o => o.SnapshotCatchUpEntries),
        Number("experimental-snapshot-catchup-entries", Storage, "The same, as releases before 3.6 call it.", 1, int.MaxValue,
            (o, v) => o with { SnapshotCatchUpEntries = (int)v }, o => o.SnapshotCatchUpEntries),
        Number("experimental-snapshot-catch-up-entries", Storage, "The same, as release 3.6 calls it.", 1, int.MaxValue,
            (o, v) => o with { SnapshotCatchUpEntries = (int)v }, o => o.SnapshotCatchUpEntries),
        Number("compaction-batch-limit", Storage, "Most rows a compaction removes at a time.", 1, int.MaxValue,
            (o, v) => o with { CompactionBatchLimit = (int)v }, o => o.CompactionBatchLimit),
        Number("experimental-compaction-batch-limit", Storage, "The same, as releases before 3.6 call it.", 1, int.MaxValue,
            (o, v) => o with { CompactionBatchLimit = (int)v }, o => o.CompactionBatchLimit),
        Boolean("unsafe-no-fsync", Storage, "Do not wait for the disk: a crash of the machine loses what was acknowledged.",
            (o, v) => o with { UnsafeNoFsync = v }, o => o.UnsafeNoFsync),
        Duration("corrupt-check-time", Storage, "Time between comparisons of the members' data, which read all of it; 0: none.",
            (o, v) => o with { CorruptCheckTime = v }, o => o.CorruptCheckTime),
        Duration("experimental-corrupt-check-time", Storage, "The same, as releases before 3.6 call it.",
            (o, v) => o with { CorruptCheckTime = v }, o => o.CorruptCheckTime),
        Duration("compact-hash-check-time", Storage, "Time between looks for a compaction at which to compare the members.",
            (o, v) => o with { CompactHashCheckTime = v }, o => o.CompactHashCheckTime),
        Duration("experimental-compact-hash-check-time", Storage, "The same, as releases before 3.6 call it.",
            (o, v) => o with { CompactHashCheckTime = v }, o => o.CompactHashCheckTime),
        Boolean("experimental-compact-hash-check-enabled", Storage, "The feature CompactHashCheck, as releases before 3.6 call it.",
            (o, v) => o with { CompactHashCheck = v }, o => o.CompactHashCheck),
        Boolean("experimental-initial-corrupt-check", Storage, "The feature InitialCorruptCheck, as releases before 3.6 call it.",
            (o, v) => o with { InitialCorruptCheck = v }, o => o.InitialCorruptCheck),
        Duration("warning-apply-duration", Logging, "Time past which applying a batch counts as slow.",
            (o, v) => o with { WarningApplyDuration = v }, o => o.WarningApplyDuration),
        Duration("experimental-warning-apply-duration", Logging, "The same, as releases before 3.6 call it.",
            (o, v) => o with { WarningApplyDuration = v }, o => o.WarningApplyDuration),
        Text("log-outputs", Logging, "OUTPUT,...", "default and stderr: stderr; stdout; or paths of files to append to.",
            (o, v) => o with { LogOutputs = FlagValue.List(FlagValue.NonEmpty(v)) }, o => string.Join(',', o.LogOutputs)),
        Text("logger", Logging, "zap", "The log is always structured; capnslog of old has no effect.",
            (o, v) => o with { Logger = FlagValue.Choice(v, "zap", "capnslog") }, o => o.Logger),
        Text("feature-gates", Other, "NAME=BOOL,...", "Features to turn on or off.",
            (o, v) => Kv.Node.Options.FeatureGates.Apply(o, v), o => string.Join(',', o.FeatureGates)),
    ];
}
