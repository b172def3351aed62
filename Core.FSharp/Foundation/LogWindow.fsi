// The part of the Raft log held in memory: a persistent sequence of consecutive entries in chunks.
// Append, truncating the end and dropping the front leave older versions intact; appending writes
// into free room that no older version can see, so it costs no copying.
namespace Kv.Core

open Kv.Core.Raft

/// An immutable window of consecutive log entries, and the place of the entry before the first.
/// Sizes count an entry's data plus `Limits.entryOverheadBytes`.
[<Sealed>]
type internal LogWindow =
    /// A window without entries behind this point.
    static member Empty: index: LogIndex * term: Term -> LogWindow

    /// Index of the entry just before the window (0: the log is whole).
    member BaseIndex: LogIndex
    /// Term of the entry just before the window.
    member BaseTerm: Term
    /// Index the first entry has or would have.
    member FirstIndex: LogIndex
    /// Index of the last entry; `BaseIndex` when there is none.
    member LastIndex: LogIndex
    /// Term of the last entry; `BaseTerm` when there is none.
    member LastTerm: Term
    member Count: int
    /// Size of all entries.
    member Bytes: int64

    /// The entry at an index from `FirstIndex` to `LastIndex`.
    member Item: index: LogIndex -> Entry with get
    /// Term at an index from `BaseIndex` to `LastIndex`; none outside.
    member TermAt: index: LogIndex -> Term voption
    /// Is there, at `index` from `BaseIndex` to `LastIndex`, an entry of this term?
    member Holds: index: LogIndex * term: Term -> bool
    /// Size of the entries from `first` to `last`; 0 when `first` > `last`.
    member BytesBetween: first: LogIndex * last: LogIndex -> int64
    /// Size of the data alone of the entries from `first` to `last`.
    member DataBytesBetween: first: LogIndex * last: LogIndex -> int64
    /// The entries from `first` to `last`. The array is shared and must not be changed.
    member Slice: first: LogIndex * last: LogIndex -> Entry[]
    /// The entries from `first` on that fit into `bytesMax`, at least one if there is one.
    member SliceWithin: first: LogIndex * bytesMax: int64 -> Entry[]
    /// The smallest index t, not below `BaseIndex`, for which the entries behind t and up to
    /// `last` are no larger than `bytesMax`.
    member TailStart: last: LogIndex * bytesMax: int64 -> LogIndex
    /// The largest index not above `index` whose term is not above `term`, but not below
    /// `BaseIndex`; where two logs may still agree.
    member LastNotAbove: index: LogIndex * term: Term -> LogIndex

    /// With entries behind the last one; their indexes must follow on.
    member Append: entries: Entry[] -> LogWindow
    /// Without the entry at `index` and all behind it.
    member TruncateFrom: index: LogIndex -> LogWindow
    /// Without the entries up to and including `index`.
    member DropThrough: index: LogIndex -> LogWindow
