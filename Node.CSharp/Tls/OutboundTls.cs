// TLS towards servers that are not members: the registry of discovery, the node a command asks. Named by the
// same three files as etcdctl has them.
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Kv.Node.Tls;

/// <summary>TLS of connections that are opened as a client.</summary>
internal static class OutboundTls
{
    /// <summary>Sets the options; empty texts mean not given.</summary>
    /// <param name="options">Set here.</param>
    /// <param name="authorityFile">Authorities the server's certificate must come from, PEM.</param>
    /// <param name="certificateFile">The certificate to show, PEM.</param>
    /// <param name="keyFile">Its private key; if not given, it is in the certificate's file.</param>
    /// <param name="isUnchecked">Accept any certificate of the server.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file does not hold what it should.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static void Configure(
        SslClientAuthenticationOptions options, string authorityFile, string certificateFile, string keyFile, bool isUnchecked)
    {
        if (certificateFile.Length > 0)
        {
            options.ClientCertificates =
                [X509Certificate2.CreateFromPemFile(certificateFile, keyFile.Length > 0 ? keyFile : null)];
        }

        if (authorityFile.Length > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authorityFile);
        }

        if (isUnchecked)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        }
    }
}
