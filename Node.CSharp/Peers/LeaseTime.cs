// How long a lease has, as one member tells another.
using System.Text.Json.Serialization;

namespace Kv.Node.Peers;

/// <summary>Time of a lease, seconds.</summary>
/// <param name="Remaining">Seconds left; -1 if there is no such lease.</param>
/// <param name="Granted">Seconds granted.</param>
internal sealed record LeaseTime(
    [property: JsonPropertyName("remaining")] long Remaining,
    [property: JsonPropertyName("granted")] long Granted);
