// The pairs of a bucket in order of their keys, as the writer needs them: first how long they are, then,
// perhaps, the bytes. So a file can be laid out without being written.
namespace Kv.Node.EtcdFile;

/// <summary>Walks over pairs, once.</summary>
internal abstract class PairSource
{
    /// <summary>Length of the key at hand, bytes.</summary>
    public abstract int KeyLength { get; }

    /// <summary>Length of the value at hand, bytes.</summary>
    public abstract int ValueLength { get; }

    /// <summary>Goes to the next pair; false behind the last.</summary>
    public abstract bool MoveNext();

    /// <summary>Writes the key into a span of exactly its length.</summary>
    public abstract void WriteKey(Span<byte> into);

    /// <summary>Writes the value into a span of exactly its length.</summary>
    public abstract void WriteValue(Span<byte> into);
}
