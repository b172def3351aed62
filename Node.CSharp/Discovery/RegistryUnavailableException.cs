namespace Kv.Node.Discovery;

/// <summary>The registry did not answer, or not with what was asked: it may do so later.</summary>
internal sealed class RegistryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
