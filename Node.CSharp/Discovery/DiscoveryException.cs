namespace Kv.Node.Discovery;

/// <summary>The initial cluster cannot be found, and asking again would not help.</summary>
internal sealed class DiscoveryException(string message) : Exception("discovery: " + message.ReplaceLineEndings(" "));
