// The header every response carries: which cluster and member answered, at what revision and term.
using Kv.Node.Engine;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Makes response headers.</summary>
internal sealed class ResponseHeaders(NodeEngine engine)
{
    /// <summary>A full header.</summary>
    /// <param name="revision">The store's revision; 0 leaves it out (cluster service).</param>
    public ResponseHeader At(long revision) => new()
    {
        ClusterId = engine.ClusterId,
        MemberId = engine.MemberId,
        Revision = revision,
        RaftTerm = engine.Term,
    };

    /// <summary>A full header at the newest revision here.</summary>
    public ResponseHeader Now() => At(engine.State.Revision);

    /// <summary>The header of an operation inside a transaction: the revision alone, as in etcd.</summary>
    public static ResponseHeader Inner(long revision) => new() { Revision = revision };
}
