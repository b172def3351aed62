// The question for a hash and its answer between members, named as etcd's (etcd-facts §3.2).
using System.Text.Json.Serialization;
using Kv.Node.Engine;

namespace Kv.Node.Peers;

/// <summary>Asks for the hash at a revision.</summary>
internal sealed record HashQuestion([property: JsonPropertyName("revision")] long Revision);

/// <summary>A hash of the key space.</summary>
internal sealed record HashDocument(
    [property: JsonPropertyName("hash")] uint Hash,
    [property: JsonPropertyName("compact_revision")] long CompactRevision,
    [property: JsonPropertyName("hash_revision")] long Revision)
{
    public static HashDocument Of(KeySpaceHash hash) => new(hash.Hash, hash.CompactRevision, hash.Revision);

    public KeySpaceHash ToHash() => new(Hash, CompactRevision, Revision);
}
