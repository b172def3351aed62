// The root of everything that can go wrong between the node and its data directory. The host shows
// the message as one line and ends the process; none of these is ever retried.
namespace Kv.Node.Ports;

/// <summary>The data directory cannot be used, or can no longer be trusted. Fatal to the node.</summary>
internal abstract class StorageException : Exception
{
    private protected StorageException(string message)
        : base(message)
    {
    }

    private protected StorageException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
