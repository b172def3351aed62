using Kv.Core.V2;

namespace Kv.Node.V2;

/// <summary>A refusal that a v2 client sees.</summary>
internal sealed class V2Exception(V2Error error) : Exception(error.Code.ToString())
{
    public V2Error Error { get; } = error;
}
