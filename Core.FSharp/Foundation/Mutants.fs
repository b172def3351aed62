// Bugs planted on purpose, to prove that the simulators and their checkers find such. Only their build
// has this file, and every place that looks at it.
namespace Kv.Core

/// A bug that can be planted.
type Mutant =
    | None = 0
    /// A member votes for everybody who asks.
    | VoteTwice = 1
    /// A member votes for a candidate whose log is behind its own (§5.4.1).
    | VoteForShorterLog = 2
    /// A vote leaves before it is durable.
    | VoteBeforeDurable = 3
    /// A restart forgets the vote.
    | ForgetVote = 4
    /// Entries of earlier terms are committed by counting (§5.4.2).
    | CommitOldTerm = 5
    /// One of the two majorities of a joint configuration is enough (§4.3).
    | JointByEither = 6
    /// Entries are accepted before they are durable.
    | AcceptBeforeDurable = 7
    /// The leader counts its own log before it is durable.
    | CountUndurable = 8
    /// Entries are accepted behind anything (§5.3).
    | AcceptAnywhere = 9
    /// A follower commits all of its log when the leader commits something.
    | CommitWhole = 10
    /// A read does not wait for a round of the quorum (thesis §6.4).
    | ReadWithoutQuorum = 11
    /// A read does not wait for the leader's first commit of its term.
    | ReadBeforeFirstCommit = 12
    /// A read does not wait until its index is applied.
    | ReadBeforeApplied = 13
    /// A second configuration is appended while one is pending.
    | TwoChanges = 14
    /// Others hear of a configuration before its commit is durable.
    | TellBeforeDurable = 25
    /// The log is not synced.
    | SkipSync = 15
    /// The log is reported durable before it is synced.
    | ReportBeforeSync = 16
    /// The mark of an installed snapshot is not written.
    | LoseSnapshotMark = 17
    /// A snapshot gets its name before its bytes are durable.
    | NameBeforeSync = 18
    /// A segment's name is not made durable.
    | SkipDirectorySync = 19
    /// Term and vote are not written if entries are.
    | LoseHardState = 20
    /// The log is cut further than the oldest snapshot allows.
    | ReleaseTooMuch = 21
    /// Members count their request ids from the same number.
    | SameRequestIds = 22
    /// A proposal held for want of a leader is proposed again though it is on its way.
    | ProposeTwice = 23
    /// A watcher that falls behind goes on one revision too late.
    | WatchSkipsOne = 24
    /// A watcher is given the events of its start again.
    | WatchRepeatsStart = 26
    /// Progress tells of the newest revision, sent or not.
    | ProgressTooNew = 27
    /// A watcher is not told that what it lacks was compacted.
    | WatchPastCompaction = 28
    /// A lease is renewed by whoever believes to lead.
    | RenewUnconfirmed = 29
    /// A new leader gives leases no time.
    | LeaseForgotten = 30

/// Which bug is planted, if any.
[<AbstractClass; Sealed>]
type Mutants private () =
    static let mutable active = Mutant.None

    /// The one that is planted in this process.
    static member Active
        with get () = active
        and set (value: Mutant) = active <- value

    /// Whether it is this one.
    static member Has(mutant: Mutant) : bool = active = mutant
