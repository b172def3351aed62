// A certificate authority of a test, and what it issues, as PEM files in a directory.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Compat.Harness;

/// <summary>An authority with its files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly Oid ServerUsage = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUsage = new("1.3.6.1.5.5.7.3.2");

    private readonly string _directory;
    private readonly X509Certificate2 _authority;

    /// <param name="directory">Where the files go.</param>
    /// <param name="name">The authority's name, and that of its file.</param>
    public TestCertificates(string directory, string name = "ca")
    {
        _directory = directory;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
        AuthorityFile = Path.Combine(directory, name + ".pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem() + "\n");
    }

    public string AuthorityFile { get; }

    /// <summary>What a kvnode takes for TLS with certificates on both sides of both ports.</summary>
    public static string[] Flags(string certificate, string key, string authorities) =>
    [
        "--cert-file", certificate, "--key-file", key, "--trusted-ca-file", authorities, "--client-cert-auth",
        "--peer-cert-file", certificate, "--peer-key-file", key, "--peer-trusted-ca-file", authorities,
        "--peer-client-cert-auth",
    ];

    /// <summary>Issues a certificate for 127.0.0.1 that is good for both sides, over the files of the one
    /// before.</summary>
    public Issued IssueNode(string file) => Issue(file, "node", ["127.0.0.1", "localhost"]);

    /// <summary>Issues a certificate, over the files of the one before.</summary>
    public Issued Issue(string file, string commonName, string[] hosts, bool forClients = true, int daysLeft = 5)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        if (hosts.Length > 0)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            forClients ? [ServerUsage, ClientUsage] : [ServerUsage], critical: false));
        var end = DateTimeOffset.UtcNow.AddDays(daysLeft);
        using var certificate = request.Create(_authority, end.AddDays(-10), end, RandomNumberGenerator.GetBytes(12));
        var issued = new Issued(
            Path.Combine(_directory, file + ".pem"), Path.Combine(_directory, file + ".key"), certificate.SerialNumber);
        Replace(issued.Key, key.ExportPkcs8PrivateKeyPem());
        Replace(issued.Certificate, certificate.ExportCertificatePem());
        return issued;
    }

    /// <summary>Writes a list of revoked certificates.</summary>
    public string Revoke(string file, params Issued[] revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var issued in revoked)
        {
            list.AddEntry(Convert.FromHexString(issued.Serial));
        }

        var path = Path.Combine(_directory, file);
        var der = list.Build(_authority, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        Replace(path, PemEncoding.WriteString("X509 CRL", der));
        return path;
    }

    public void Dispose() => _authority.Dispose();

    private static void Replace(string path, string pem)
    {
        File.WriteAllText(path + ".new", pem + "\n");
        File.Move(path + ".new", path, overwrite: true);
    }
}

/// <summary>Files of a certificate.</summary>
internal sealed record Issued(string Certificate, string Key, string Serial)
{
    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(Certificate, Key);
}
