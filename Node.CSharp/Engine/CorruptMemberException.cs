namespace Kv.Node.Engine;

/// <summary>This member's data differs from that of the others.</summary>
internal sealed class CorruptMemberException(string message) : Exception(message);
