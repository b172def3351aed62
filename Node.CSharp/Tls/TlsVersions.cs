// The versions of TLS by the names of the flags.
using System.Security.Authentication;
using Kv.Node.Options;

namespace Kv.Node.Tls;

/// <summary>Names of TLS versions.</summary>
internal static class TlsVersions
{
    public const string Tls12 = "TLS1.2";

    public const string Tls13 = "TLS1.3";

    /// <summary>The versions these options allow.</summary>
    public static SslProtocols Allowed(NodeOptions options) =>
        (options.TlsMinVersion == Tls12 ? SslProtocols.Tls12 : SslProtocols.None)
        | (options.TlsMaxVersion == Tls12 ? SslProtocols.None : SslProtocols.Tls13);
}
