// The answer to a lease renewal between members.
using System.Text.Json.Serialization;

namespace Kv.Node.Peers;

/// <summary>Answer to a renewal.</summary>
/// <param name="Ttl">Granted seconds; 0 if there is no such lease.</param>
internal sealed record LeaseRenewal([property: JsonPropertyName("ttl")] long Ttl);
