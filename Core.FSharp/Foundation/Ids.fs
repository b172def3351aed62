// The identifiers of the field, by their standard names. They are erased to integers, so C# sees
// plain ulong and long.
namespace Kv.Core

/// A member's id; never 0. Computed from its peer URLs and the cluster token (etcd's M1 rule).
type NodeId = uint64

/// A Raft term; 0 before the first election.
type Term = uint64

/// A position in the Raft log; the first entry has index 1, 0 means "before the log".
type LogIndex = uint64

/// A store revision. An empty store is at 1, the first write makes 2.
type Revision = int64

/// A lease id; positive, 0 means "no lease".
type LeaseId = int64
