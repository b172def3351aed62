// What a running cluster says of itself to a member that is about to join it.
using Kv.Core.Apply;

namespace Kv.Node.Peers;

/// <summary>A running cluster.</summary>
/// <param name="Url">Who says so.</param>
/// <param name="ClusterId">Its id.</param>
/// <param name="Members">Its members.</param>
internal sealed record RemoteCluster(Uri Url, ulong ClusterId, IReadOnlyList<Member> Members);
