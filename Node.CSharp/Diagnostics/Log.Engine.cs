// Messages of the engine (event ids 200 to 299).
namespace Kv.Node.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Information, "{Role} in term {Term}, leader {Leader}")]
    public static partial void LeadershipChanged(this ILogger logger, string role, ulong term, string leader);

    [LoggerMessage(201, LogLevel.Information, "snapshot written at index {Index}, {Bytes} bytes")]
    public static partial void SnapshotTaken(this ILogger logger, ulong index, long bytes);

    [LoggerMessage(202, LogLevel.Information, "snapshot received from {Peer} at index {Index}, {Keys} keys")]
    public static partial void SnapshotReceived(this ILogger logger, string peer, ulong index, long keys);

    [LoggerMessage(203, LogLevel.Warning, "refused a snapshot of {Peer}: {Reason}")]
    public static partial void SnapshotRefused(this ILogger logger, string peer, string reason);

    [LoggerMessage(205, LogLevel.Warning, "waiting for a quorum: {Reason}")]
    public static partial void PublishRetried(this ILogger logger, string reason);

    [LoggerMessage(204, LogLevel.Warning,
        "{Rpc} took {Milliseconds:F0} ms, more than {Limit:F0}; its request has {Bytes} bytes. {Untold} others were as slow since the last such line")]
    public static partial void SlowRequest(
        this ILogger logger, string rpc, double milliseconds, double limit, int bytes, int untold);

    [LoggerMessage(206, LogLevel.Critical, "the node cannot go on")]
    public static partial void EngineFailed(this ILogger logger, Exception fault);

    [LoggerMessage(207, LogLevel.Information, "member {Member} of cluster {Cluster}: recovered index {Applied} and {Entries} entries behind it")]
    public static partial void Recovered(this ILogger logger, string member, string cluster, ulong applied, int entries);

    [LoggerMessage(208, LogLevel.Information, "member {Member} of new cluster {Cluster}: made {DataDirectory}")]
    public static partial void Bootstrapped(this ILogger logger, string member, string cluster, string dataDirectory);

    [LoggerMessage(211, LogLevel.Information,
        "member {Member} joins cluster {Cluster}: made {DataDirectory}; the leader sends the data")]
    public static partial void Joining(this ILogger logger, string member, string cluster, string dataDirectory);

    [LoggerMessage(212, LogLevel.Warning,
        "--force-new-cluster: cluster {Cluster} goes on with member {Member} alone; dropped members: {Dropped}; entries kept though this member did not know them to be committed: {Entries}. Start without the flag from now on")]
    public static partial void NewClusterForced(
        this ILogger logger, string cluster, string member, string dropped, ulong entries);

    [LoggerMessage(214, LogLevel.Warning,
        "the store holds {Bytes} bytes and its quota is {Quota}: alarm NOSPACE; delete or compact, then `etcdctl alarm disarm`")]
    public static partial void QuotaExceeded(this ILogger logger, long bytes, long quota);

    [LoggerMessage(215, LogLevel.Information,
        "the store holds {Bytes} bytes of its quota of {Quota}: the alarm NOSPACE has been cleared")]
    public static partial void QuotaRespected(this ILogger logger, long bytes, long quota);

    [LoggerMessage(216, LogLevel.Error,
        "the disk is full: {Problem}; writes are refused and reads go on, until there is room for the next segment of the log")]
    public static partial void DiskShort(this ILogger logger, string problem);

    [LoggerMessage(217, LogLevel.Information, "there is room on the disk again: writes go on")]
    public static partial void DiskEnough(this ILogger logger);

    [LoggerMessage(218, LogLevel.Error, "a snapshot could not be written, and will be tried again: {Problem}")]
    public static partial void SnapshotFailed(this ILogger logger, string problem);

    [LoggerMessage(219, LogLevel.Critical,
        "the data of member {Member} differs from that of the others at revision {Revision}: alarm CORRUPT; it serves no data any more")]
    public static partial void MemberCorrupt(this ILogger logger, string member, long revision);

    [LoggerMessage(223, LogLevel.Error,
        "this member {Member} has the alarm CORRUPT and serves no data: remove it from the cluster, delete its data directory, and add it again")]
    public static partial void MemberFenced(this ILogger logger, string member);

    [LoggerMessage(213, LogLevel.Critical,
        "the members in the store and in Raft's configuration differ at index {Index}: this is a bug")]
    public static partial void MembersDiffer(this ILogger logger, ulong index);

    [LoggerMessage(209, LogLevel.Warning, "{Repair}")]
    public static partial void TornTailCut(this ILogger logger, string repair);

    [LoggerMessage(220, LogLevel.Information, "auto-compaction ({Mode}, retention {Retention}): compacting to revision {Revision}")]
    public static partial void AutoCompacting(this ILogger logger, string mode, string retention, long revision);

    [LoggerMessage(221, LogLevel.Information, "auto-compaction ({Mode}): compacted to revision {Revision} in {Milliseconds} ms")]
    public static partial void AutoCompacted(this ILogger logger, string mode, long revision, long milliseconds);

    [LoggerMessage(222, LogLevel.Warning, "auto-compaction ({Mode}): compacting to revision {Revision} failed, trying again in {RetryAfter}: {Reason}")]
    public static partial void AutoCompactionFailed(this ILogger logger, string mode, long revision, TimeSpan retryAfter, string reason);

    [LoggerMessage(210, LogLevel.Error, "{Damage}; starting from the snapshot before it, which loses nothing: the log still reaches back to it")]
    public static partial void SnapshotDamaged(this ILogger logger, string damage);

    [LoggerMessage(224, LogLevel.Warning, "which revision was the newest when is not written down for now: {Problem}")]
    public static partial void RevisionTimesNotWritten(this ILogger logger, string problem);

    [LoggerMessage(225, LogLevel.Warning, "{Damage}")]
    public static partial void RevisionTimesDamaged(this ILogger logger, string damage);

    [LoggerMessage(226, LogLevel.Warning, "the recorder cannot write, so what happens now cannot be replayed; the node goes on without: {Problem}")]
    public static partial void RecorderNotWritten(this ILogger logger, string problem);

    [LoggerMessage(227, LogLevel.Information, "the recorder writes to {Directory} again")]
    public static partial void RecorderGoesOn(this ILogger logger, string directory);

    [LoggerMessage(228, LogLevel.Error, "the recorder has failed; the node goes on without")]
    public static partial void RecorderFailed(this ILogger logger, Exception fault);
}
