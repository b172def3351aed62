// The body of a question about a lease between members.
using System.Text.Json.Serialization;

namespace Kv.Node.Peers;

/// <summary>Names a lease.</summary>
internal sealed record LeaseCall([property: JsonPropertyName("id")] long Id);
