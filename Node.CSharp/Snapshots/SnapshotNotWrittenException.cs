using Kv.Node.Ports;

namespace Kv.Node.Snapshots;

/// <summary>A snapshot could not be written, for want of space as a rule. Nothing of it is left, and nothing
/// refers to it: the log still holds all that would have been in it.</summary>
internal sealed class SnapshotNotWrittenException(DiskFailureException cause) : StorageException(cause.Message, cause);
