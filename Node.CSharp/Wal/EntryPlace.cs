// Where an entry's data lies. Recovery keeps places, not data: most entries are behind a snapshot and
// never needed.
using Kv.Core.Raft;

namespace Kv.Node.Wal;

/// <summary>The place of one entry in the log.</summary>
/// <param name="Term">Its term.</param>
/// <param name="Segment">Position of the segment in the list of segments.</param>
/// <param name="Offset">Offset of its data in the segment, bytes.</param>
/// <param name="Length">Bytes of data.</param>
/// <param name="Kind">What the data is.</param>
internal readonly record struct EntryPlace(ulong Term, int Segment, int Offset, int Length, EntryKind Kind);
