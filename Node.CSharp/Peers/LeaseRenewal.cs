// The answer to a renewal of leases between members.
using System.Text.Json.Serialization;

namespace Kv.Node.Peers;

/// <summary>Answer to a renewal.</summary>
/// <param name="Ttls">Granted seconds of each lease, in the order asked; 0 if there is no such lease.</param>
internal sealed record LeaseRenewal([property: JsonPropertyName("ttls")] long[] Ttls);
