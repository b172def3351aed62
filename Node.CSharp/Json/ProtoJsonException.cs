namespace Kv.Node.Json;

/// <summary>A request body that is not JSON, or not of the message it should be.</summary>
internal sealed class ProtoJsonException(string message, Exception? inner = null) : Exception(message, inner);
