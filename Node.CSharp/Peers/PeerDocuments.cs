// Reading of what members tell each other as JSON, in one place: what does not fit together is no document, and
// whoever reads one need not look again.
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kv.Node.Peers;

/// <summary>Reads documents of other members.</summary>
internal static class PeerDocuments
{
    /// <summary>Reads a document; null if it says so.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type) => Checked(JsonSerializer.Deserialize(json, type));

    /// <summary>Reads a document from a body; null if it says so.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static async Task<T?> ReadAsync<T>(Stream body, JsonTypeInfo<T> type, CancellationToken token) =>
        Checked(await JsonSerializer.DeserializeAsync(body, type, token));

    /// <summary>True if all texts are there. What a document leaves out is null, whatever its type says.</summary>
    public static bool AreTexts(string[]? texts) => texts is not null && Array.TrueForAll(texts, text => text is not null);

    private static T? Checked<T>(T? document)
    {
        var isSound = document switch
        {
            IPeerDocument one => one.IsSound,
            IEnumerable<IPeerDocument?> all => all.All(one => one is { IsSound: true }),
            _ => true,
        };
        return isSound ? document : throw new JsonException("something is missing, or means nothing");
    }
}
