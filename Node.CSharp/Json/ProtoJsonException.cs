using System.Text.Json;

namespace Kv.Node.Json;

/// <summary>A request body that is not JSON, or not of the message it should be.</summary>
internal sealed class ProtoJsonException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The body is not JSON.</summary>
    public static ProtoJsonException At(JsonException error) => new(
        $"syntax error (line {error.LineNumber + 1}:{error.BytePositionInLine + 1}): invalid JSON",
        error);
}
