// Bounds of the core that are not settings: each with the reason for its size. Settings that an
// operator may change live in `RaftOptions` and in the host.
namespace Kv.Core

/// Fixed bounds of the core.
[<RequireQualifiedAccess>]
module internal Limits =
    /// What an entry costs beside its data, in memory and on the wire: keeps a message of very many
    /// tiny entries within the message bound.
    let entryOverheadBytes = 16

    /// Reads that may wait for an index on one member. Past it readers are told to come back: a
    /// leader that cannot reach its quorum must not collect readers without end.
    let readsWaitingMax = 65_536

    /// Terms and indexes above this are nonsense: no cluster lives long enough to count so far, and
    /// below it sums of them cannot overflow.
    let countMax = 1UL <<< 62

    /// While a follower is being sent a snapshot the log tail may grow to this many times its
    /// setting, so that the follower finds the entries behind its snapshot still there.
    let snapshotTailFactor = 4
