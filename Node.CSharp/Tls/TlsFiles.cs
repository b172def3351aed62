// Reads the files of one port. Every error names the flag and the file.
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kv.Node.Options;

namespace Kv.Node.Tls;

/// <summary>The PEM files of one port.</summary>
/// <param name="options">Where they are.</param>
/// <param name="prefix">What the port's flags begin with: nothing or <c>peer-</c>.</param>
internal sealed class TlsFiles(TlsOptions options, string prefix)
{
    /// <summary>Reads all files.</summary>
    /// <exception cref="OptionsException">One cannot be read, or does not hold what it should.</exception>
    public TlsMaterial Read()
    {
        var server = options.CertFile.Length > 0
            ? ReadPair("cert-file", options.CertFile, "key-file", options.KeyFile)
            : null;
        var client = options.ClientCertFile.Length > 0
            ? ReadPair("client-cert-file", options.ClientCertFile, "client-key-file", options.ClientKeyFile)
            : server;
        return new TlsMaterial(server, client, ReadAuthorities(), ReadRevocations());
    }

    /// <summary>Changes whenever a file is replaced or written to.</summary>
    public string Stamp() => string.Join(';', Paths().Select(path =>
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}.{file.Length}" : "none";
    }));

    private IEnumerable<string> Paths() =>
        new[]
        {
            options.CertFile, options.KeyFile, options.ClientCertFile, options.ClientKeyFile, options.TrustedCaFile,
            options.CrlFile,
        }.Where(path => path.Length > 0);

    private SslStreamCertificateContext ReadPair(string certificateFlag, string certificatePath, string keyFlag, string keyPath)
    {
        var chain = ReadCertificates(certificateFlag, certificatePath);
        var key = ReadText(keyFlag, keyPath);
        try
        {
            using var leaf = X509Certificate2.CreateFromPem(chain[0].ExportCertificatePem(), key);
            // Windows' TLS takes no key that lives in memory only.
            var usable = OperatingSystem.IsWindows()
                ? X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pfx), null)
                : new X509Certificate2(leaf);
            return SslStreamCertificateContext.Create(usable, [.. chain.Skip(1)], offline: true);
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            throw new OptionsException(
                $"--{prefix}{keyFlag} {keyPath}: not the private key, unencrypted and in PEM form, of the certificate in "
                + $"{certificatePath}: {problem.Message}");
        }
    }

    private X509Certificate2Collection? ReadAuthorities() =>
        options.TrustedCaFile.Length == 0 ? null : ReadCertificates("trusted-ca-file", options.TrustedCaFile);

    private RevocationList? ReadRevocations()
    {
        if (options.CrlFile.Length == 0)
        {
            return null;
        }

        var flag = prefix.Length == 0 ? "client-crl-file" : "peer-crl-file";
        try
        {
            return RevocationList.Parse(File.ReadAllBytes(options.CrlFile));
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"--{flag} {options.CrlFile}: {problem.Message}");
        }
    }

    private X509Certificate2Collection ReadCertificates(string flag, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(ReadText(flag, path));
        }
        catch (CryptographicException problem)
        {
            throw new OptionsException($"--{prefix}{flag} {path}: a certificate in it is damaged: {problem.Message}");
        }

        return certificates.Count > 0
            ? certificates
            : throw new OptionsException($"--{prefix}{flag} {path}: no certificate in PEM form is in it");
    }

    private string ReadText(string flag, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OptionsException($"--{prefix}{flag} {path}: {problem.Message}");
        }
    }
}
