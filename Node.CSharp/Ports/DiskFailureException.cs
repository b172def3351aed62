// A file operation failed. What the kernel does with dirty pages after a failed write or sync is
// undefined, so the only safe answer is to end the process and recover from what is on the disk.
namespace Kv.Node.Ports;

/// <summary>An operation of the file system failed (disk full, device error, no permission).</summary>
/// <param name="operation">What was tried, as a verb: <c>write</c>, <c>sync</c>, <c>rename</c>.</param>
/// <param name="path">The file or directory.</param>
/// <param name="cause">What the system reported.</param>
internal sealed class DiskFailureException(string operation, string path, Exception cause)
    : StorageException($"cannot {operation} {path}: {cause.Message}", cause)
{
    /// <summary>The file or directory the operation was about.</summary>
    public string Path { get; } = path;
}
