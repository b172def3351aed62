// What was read from the files of one port. Immutable: files that changed make a new one, and connections
// go on with the one they began with.
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Kv.Node.Tls;

/// <summary>Certificates and lists in use.</summary>
/// <param name="Server">Shown to those who connect; null if this port speaks no TLS.</param>
/// <param name="Client">Shown to those this member connects to; null if it has none.</param>
/// <param name="Authorities">Who must have issued the other side's certificate; null: whoever the system
/// trusts.</param>
/// <param name="Revoked">Certificates that are not accepted any more.</param>
internal sealed record TlsMaterial(
    SslStreamCertificateContext? Server,
    SslStreamCertificateContext? Client,
    X509Certificate2Collection? Authorities,
    RevocationList? Revoked);
