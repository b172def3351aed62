// A file in etcd's format cannot be read as one.
using Kv.Node.Ports;

namespace Kv.Node.EtcdFile;

/// <summary>A file is not, or no longer, a data file of etcd.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="offset">Where that was found, bytes.</param>
/// <param name="reason">What is wrong there.</param>
internal sealed class DamagedEtcdFileException(string file, long offset, string reason)
    : StorageException($"{file} at offset {offset}: {reason}; use another copy of the file, or another snapshot")
{
    /// <summary>Where that was found, bytes.</summary>
    public long Offset { get; } = offset;
}
