namespace Kv.Node.Engine;

/// <summary>A proposal on its way into the raft loop.</summary>
/// <param name="Payload">The encoded command.</param>
/// <param name="LeaderTerm">Not 0: append only while this member leads this very term (a deposed
/// leader must not have its lease expiries passed on to its successor).</param>
internal readonly record struct LoopProposal(ReadOnlyMemory<byte> Payload, ulong LeaderTerm = 0);
