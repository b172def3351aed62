namespace Kv.Node.Hosting;

/// <summary>The data directory cannot be used as asked: it belongs to another member or cluster, or
/// holds half of what a node needs. The message is one line and says what to do.</summary>
internal sealed class DataDirectoryException(string message) : Exception(message);
