// Whose log it is. A data directory that was moved to another node or cluster must not be used.
namespace Kv.Node.Wal;

/// <summary>The owner of a log; in the header of every segment.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="MemberId">The member of that cluster.</param>
internal readonly record struct WalIdentity(ulong ClusterId, ulong MemberId);
