// What every certificate made here has in common: a key on P-256, names as alternative names, use as server
// and client, and PEM files whose keys nobody else can read.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kv.Node.Tls;

/// <summary>Parts of certificates.</summary>
internal static class CertificateForm
{
    /// <summary>A request for a certificate of a server and client.</summary>
    /// <param name="subject">Its distinguished name.</param>
    /// <param name="key">Its key.</param>
    /// <param name="hosts">Names and addresses it is good for.</param>
    public static CertificateRequest ForNode(X500DistinguishedName subject, ECDsa key, IEnumerable<string> hosts)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        var hasNames = false;
        foreach (var host in hosts.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            hasNames = true;
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        if (hasNames)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [CertificateRules.ServerUsage, CertificateRules.ClientUsage], critical: false));
        return request;
    }

    /// <summary>A request for the certificate of an authority (RFC 5280 §4.2.1.9).</summary>
    public static CertificateRequest ForAuthority(X500DistinguishedName subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    /// <summary>Writes both files, the key first, so that no certificate is ever without.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Write(string certificatePath, string keyPath, X509Certificate2 certificate, ECDsa key)
    {
        WriteSecret(keyPath, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>Writes a file that only its owner can read, in place of one that is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteSecret(string path, ReadOnlySpan<byte> content)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(content);
    }
}
