namespace Kv.Node.Discovery;

/// <summary>A member in a registry.</summary>
/// <param name="MemberId">Its id, hex.</param>
/// <param name="Value">Its entry of an initial cluster: <c>name=url</c>, joined by commas or ampersands.</param>
/// <param name="Order">Grows with the time of registration.</param>
internal sealed record Registration(string MemberId, string Value, ulong Order);
