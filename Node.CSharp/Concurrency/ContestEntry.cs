// A contender's place: its key and the revision that key was created at. Places are taken in the order
// of these revisions, whoever waits for them and wherever.
namespace Kv.Node.Concurrency;

/// <summary>A place in the queue of a lock or election.</summary>
/// <param name="Keys">The lock or election.</param>
/// <param name="Key">The contender's key.</param>
/// <param name="Created">Revision its key was created at; a key created anew is another place.</param>
/// <param name="Revision">Revision of the store when it was entered, or found.</param>
/// <param name="IsNew">This call made the key; false if the lease had it already.</param>
/// <param name="IsFirst">Nobody was before it at <paramref name="Revision"/>.</param>
/// <param name="Value">What the key held when it was entered, or found.</param>
internal sealed record ContestEntry(
    ContestKeys Keys,
    ReadOnlyMemory<byte> Key,
    long Created,
    long Revision,
    bool IsNew,
    bool IsFirst,
    ReadOnlyMemory<byte> Value);
