// A member in the JSON that joining members and tools read from /members (etcd-facts §3.2): ids are
// decimal numbers, false and empty things are left out.
using System.Text.Json.Serialization;
using Kv.Core.Apply;

namespace Kv.Node.Peers;

/// <summary>One element of the /members array.</summary>
internal sealed record MemberDocument : IPeerDocument
{
    [JsonPropertyName("id")]
    public ulong Id { get; init; }

    [JsonPropertyName("peerURLs")]
    public string[] PeerUrls { get; init; } = [];

    [JsonPropertyName("isLearner")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLearner { get; init; }

    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonPropertyName("clientURLs")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? ClientUrls { get; init; }

    [JsonIgnore]
    public bool IsSound => PeerDocuments.AreTexts(PeerUrls) && PeerDocuments.AreTexts(ClientUrls ?? []);

    /// <summary>The document of a member.</summary>
    public static MemberDocument Of(Member member) => new()
    {
        Id = member.Id,
        PeerUrls = member.PeerUrls,
        IsLearner = member.IsLearner,
        Name = member.Name.Length > 0 ? member.Name : null,
        ClientUrls = member.ClientUrls.Length > 0 ? member.ClientUrls : null,
    };

    /// <summary>The member a document describes.</summary>
    public Member ToMember() => new(Id, Name ?? "", PeerUrls, ClientUrls ?? [], IsLearner);
}
