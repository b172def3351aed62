// A change of the membership as one member passes it on to the leader.
using System.Text.Json.Serialization;
using Kv.Node.Engine;

namespace Kv.Node.Peers;

/// <summary>What is asked for.</summary>
internal sealed record MembershipCall : IPeerDocument
{
    [JsonPropertyName("action")]
    public MembershipAction Action { get; init; }

    [JsonPropertyName("id")]
    public ulong Id { get; init; }

    [JsonPropertyName("peerURLs")]
    public string[] PeerUrls { get; init; } = [];

    [JsonPropertyName("isLearner")]
    public bool IsLearner { get; init; }

    [JsonIgnore]
    public bool IsSound => Enum.IsDefined(Action) && PeerDocuments.AreTexts(PeerUrls);

    /// <summary>The call for a request.</summary>
    public static MembershipCall Of(MembershipRequest request) => new()
    {
        Action = request.Action,
        Id = request.Id,
        PeerUrls = [.. request.PeerUrls],
        IsLearner = request.IsLearner,
    };

    /// <summary>The request a call stands for.</summary>
    public MembershipRequest ToRequest() => new(Action, Id, PeerUrls, IsLearner);
}
