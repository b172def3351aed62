// What the leader answers to a change of the membership: the members after it, or the error its
// client is to be told.
using System.Text.Json.Serialization;
using Grpc.Core;
using Kv.Node.Engine;
using Kv.Node.Grpc;

namespace Kv.Node.Peers;

/// <summary>The leader's answer.</summary>
internal sealed record MembershipAnswer : IPeerDocument
{
    [JsonPropertyName("members")]
    public MemberDocument[] Members { get; init; } = [];

    [JsonPropertyName("added")]
    public ulong AddedId { get; init; }

    /// <summary>gRPC status code; 0 if the change was made.</summary>
    [JsonPropertyName("code")]
    public int Code { get; init; }

    [JsonPropertyName("error")]
    public string Error { get; init; } = "";

    [JsonIgnore]
    public bool IsSound =>
        Error is not null && Members is not null && Enum.IsDefined((StatusCode)Code)
        && Array.TrueForAll(Members, member => member is { IsSound: true });

    public static MembershipAnswer Of(MembershipResult result) => new()
    {
        Members = [.. result.Members.Select(MemberDocument.Of)],
        AddedId = result.AddedId,
    };

    public static MembershipAnswer Of(EtcdException error) => new() { Code = (int)error.Code, Error = error.Message };

    /// <exception cref="EtcdException">The leader refused.</exception>
    public MembershipResult ToResult() => Code == 0
        ? new MembershipResult([.. Members.Select(member => member.ToMember())], AddedId)
        : throw new EtcdException((StatusCode)Code, Error);
}
