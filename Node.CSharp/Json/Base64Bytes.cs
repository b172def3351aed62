// Base64 as Go's JSON form of protobuf takes it: standard or URL-safe alphabet, with or without
// padding.
using System.Buffers.Text;
using Google.Protobuf;

namespace Kv.Node.Json;

/// <summary>Reads base64 in any of its dialects.</summary>
internal static class Base64Bytes
{
    /// <param name="text">The encoded bytes.</param>
    /// <param name="field">Named in the error.</param>
    /// <exception cref="ProtoJsonException">It is not base64.</exception>
    public static ByteString Parse(string text, string field)
    {
        try
        {
            var bytes = text.AsSpan().ContainsAny('-', '_') || text.Length % 4 != 0
                ? Base64Url.DecodeFromChars(text.Replace('+', '-').Replace('/', '_'))
                : Convert.FromBase64String(text);
            return UnsafeByteOperations.UnsafeWrap(bytes);
        }
        catch (FormatException e)
        {
            throw new ProtoJsonException($"illegal base64 data in field {field}", e);
        }
    }
}
