using Kv.Core.Raft;

namespace Kv.Node.Engine;

/// <summary>Raft did not append a change of the membership. It may be tried again.</summary>
internal sealed class ChangeRefusedException(Refusal reason) : Exception($"the change was refused: {reason}")
{
    public Refusal Reason { get; } = reason;
}
