// The body of a renewal of leases between members.
using System.Text.Json.Serialization;

namespace Kv.Node.Peers;

/// <summary>Names the leases to renew.</summary>
internal sealed record LeaseRenewalCall([property: JsonPropertyName("ids")] long[] Ids);
