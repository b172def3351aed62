// Certificates for --auto-tls and --peer-auto-tls: made once, kept where etcd keeps them, made again when
// they are over.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kv.Node.Tls;

/// <summary>Makes a certificate that is its own authority.</summary>
internal static class SelfSigned
{
    private const string CertificateName = "cert.pem";

    private const string KeyName = "key.pem";

    /// <summary>The certificate in a directory; made if there is none, or it is over.</summary>
    /// <param name="directory">Where it is kept.</param>
    /// <param name="hosts">What it is good for.</param>
    /// <param name="years">How long.</param>
    /// <param name="now">What time it is.</param>
    /// <returns>The paths of certificate and key.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static (string Certificate, string Key) Ensure(
        string directory, IEnumerable<string> hosts, int years, DateTimeOffset now)
    {
        var (certificate, key) = (Path.Combine(directory, CertificateName), Path.Combine(directory, KeyName));
        if (!IsGood(certificate, key, now))
        {
            Directory.CreateDirectory(directory);
            Make(certificate, key, hosts, years, now);
        }

        return (certificate, key);
    }

    private static bool IsGood(string certificate, string key, DateTimeOffset now)
    {
        if (!File.Exists(certificate) || !File.Exists(key))
        {
            return false;
        }

        try
        {
            using var kept = X509CertificateLoader.LoadCertificateFromFile(certificate);
            return kept.NotAfter.ToUniversalTime() > now.UtcDateTime;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static void Make(string certificatePath, string keyPath, IEnumerable<string> hosts, int years, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = CertificateForm.ForNode(new X500DistinguishedName("O=kv"), key, hosts)
            .CreateSelfSigned(now, now.AddYears(years));
        CertificateForm.Write(certificatePath, keyPath, certificate, key);
    }
}
