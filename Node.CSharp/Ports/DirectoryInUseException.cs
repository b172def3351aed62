// Two processes on one data directory would destroy it, so the second one must not start.
namespace Kv.Node.Ports;

/// <summary>Another process holds the lock of a data directory.</summary>
/// <param name="directory">The directory that is in use.</param>
internal sealed class DirectoryInUseException(string directory)
    : StorageException($"data directory in use by another process: {directory}")
{
    /// <summary>The directory that is in use.</summary>
    public string Directory { get; } = directory;
}
