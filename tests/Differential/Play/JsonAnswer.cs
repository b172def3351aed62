// Answers in the JSON form: the message in it, and how it was written. The members of an error body
// differ between releases; what they have in common is the code and the text (etcd-facts §1.2).
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Differential.Play;

/// <summary>Reads JSON answers.</summary>
internal static class JsonAnswer
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Fields that are newer than the reference, or that ours has reason to write (3.6).</summary>
    private static readonly HashSet<string> Passed =
        ["dbSize", "dbSizeInUse", "storageVersion", "dbSizeQuota", "downgradeInfo", "hash_revision"];

    /// <summary>The answer to a unary request.</summary>
    public static async Task<Answer> ReadAsync(HttpResponseMessage response, MessageDescriptor type)
    {
        var text = await response.Content.ReadAsStringAsync();
        var http = $"HTTP {(int)response.StatusCode} {response.Content.Headers.ContentType?.MediaType}";
        using var json = Parse(text);
        return response.IsSuccessStatusCode
            ? new Answer(0, "", Message(text, type), $"{http} {Shape(json.RootElement)}")
            : Error(json.RootElement, http);
    }

    /// <summary>The answer on one line of a stream.</summary>
    public static Answer ReadLine(string line, MessageDescriptor type)
    {
        using var json = Parse(line);
        return json.RootElement.TryGetProperty("result", out var result)
            ? new Answer(0, "", Message(result.GetRawText(), type), Shape(result))
            : Error(json.RootElement.GetProperty("error"), "in a line");
    }

    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new DifferenceException($"an answer is not JSON: {text}\n{e.Message}");
        }
    }

    private static Answer Error(JsonElement body, string http) =>
        new(body.GetProperty("code").GetInt32(), body.GetProperty("message").GetString() ?? "", null, http);

    private static IMessage Message(string text, MessageDescriptor type) => Parser.Parse(text, type);

    /// <summary>Names in their order, and the kinds of values: together with the message that is
    /// everything but blanks.</summary>
    private static string Shape(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(' ', element.EnumerateObject().Where(IsCompared).Select(Shape))}}}",
        JsonValueKind.Array => $"[{string.Join(' ', element.EnumerateArray().Select(Shape))}]",
        JsonValueKind.String => "s",
        JsonValueKind.Number => "n",
        _ => element.GetRawText(),
    };

    private static string Shape(JsonProperty property) =>
        new StringBuilder(property.Name).Append(':').Append(Shape(property.Value)).ToString();

    private static bool IsCompared(JsonProperty property) => !Passed.Contains(property.Name);
}
