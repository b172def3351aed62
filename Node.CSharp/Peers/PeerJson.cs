// Serializers of the peer port's JSON, made at compile time.
using System.Text.Json.Serialization;

namespace Kv.Node.Peers;

/// <summary>JSON of the peer port.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MemberDocument[]))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(MembershipCall))]
[JsonSerializable(typeof(MembershipAnswer))]
[JsonSerializable(typeof(LeaseCall))]
[JsonSerializable(typeof(LeaseRenewalCall))]
[JsonSerializable(typeof(LeaseRenewal))]
[JsonSerializable(typeof(LeaseTime))]
[JsonSerializable(typeof(HashQuestion))]
[JsonSerializable(typeof(HashDocument))]
internal sealed partial class PeerJson : JsonSerializerContext;
