// One of the two logical endpoints Kestrel sees for a port that serves HTTP/1.1 and HTTP/2 without
// TLS. It prints as the real address, because Kestrel shows it in its log.
using System.Net;

namespace Kv.Node.Listeners;

/// <summary>The HTTP/1.1 or the HTTP/2 half of a <see cref="DualPort"/>.</summary>
internal sealed class DualEndPoint(DualPort port, bool isHttp2) : EndPoint
{
    /// <summary>The port both halves share.</summary>
    public DualPort Port { get; } = port;

    /// <summary>True for the half that takes HTTP/2 connections.</summary>
    public bool IsHttp2 { get; } = isHttp2;

    public override string ToString() => Port.Address.ToString();
}
