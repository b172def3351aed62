// The parts of TLS that need no connection: revocation lists, names of cipher suites, certificates of a
// node's own making.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kv.Node.Tls;
using Xunit;

namespace Kv.Node.Tests.Tls;

public sealed class TlsPartsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-tls-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void A_revocation_list_knows_its_serial_numbers(int revoked)
    {
        using var authority = Make("CN=ca");
        var serials = Enumerable.Range(0, revoked).Select(i => new byte[] { 0x7f, (byte)i, 1 }).ToArray();
        var builder = new CertificateRevocationListBuilder();
        foreach (var serial in serials)
        {
            builder.AddEntry(serial);
        }

        var der = builder.Build(authority, 7, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        foreach (var bytes in new[] { der, System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", der)) })
        {
            var list = RevocationList.Parse(bytes);
            Assert.Equal(revoked, list.Count);
            Assert.All(serials, serial => Assert.True(list.Has(Issue(authority, serial))));
            Assert.False(list.Has(Issue(authority, [0x7e, 0, 1])));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no list")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void What_is_no_list_is_refused(string text) =>
        Assert.Throws<FormatException>(() => RevocationList.Parse(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Cipher_suites_go_by_iana_names_and_unsound_ones_by_none()
    {
        Assert.Equal(2, CipherSuites.Parse("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305").Count);
        Assert.Throws<FormatException>(() => CipherSuites.Parse("TLS_RSA_WITH_NULL_SHA"));
        Assert.Throws<FormatException>(() => CipherSuites.Parse("TLS_RSA_WITH_RC4_128_SHA"));
        Assert.Null(CipherSuites.PolicyOf([]));
    }

    [Fact]
    public void An_own_certificate_is_kept_until_it_is_over()
    {
        var now = DateTimeOffset.UtcNow;
        var (path, key) = Ensure(now);
        using var first = X509Certificate2.CreateFromPemFile(path, key);
        Assert.True(first.MatchesHostname("10.1.2.3"));
        Assert.True(first.MatchesHostname("localhost"));
        Assert.False(first.MatchesHostname("10.1.2.4"));

        Ensure(now.AddMonths(11));
        Assert.Equal(first.Thumbprint, Thumbprint(path));
        Ensure(now.AddMonths(13));
        Assert.NotEqual(first.Thumbprint, Thumbprint(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.0.2.1,127.0.0.1", true)]
    [InlineData("localhost", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("no-such-host.invalid", false)]
    public async Task A_client_calls_from_a_host_its_certificate_is_for(string hosts, bool expected)
    {
        using var certificate = Make("CN=client", hosts.Split(',', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, await SanCheck.IsAtHomeAsync(certificate, IPAddress.Loopback, CancellationToken.None));
        Assert.Equal(
            expected, await SanCheck.IsAtHomeAsync(certificate, IPAddress.Loopback.MapToIPv6(), CancellationToken.None));
    }

    [Fact]
    public void A_common_name_is_found_in_any_subject()
    {
        using var plain = Make("CN=root");
        using var longer = Make("C=DE, O=\"a, b\", CN=\"the, user\"");
        using var none = Make("O=kv");
        Assert.Equal(["root", "the, user", ""], new[] { plain, longer, none }.Select(CertificateRules.CommonName));
    }

    private (string Certificate, string Key) Ensure(DateTimeOffset now) =>
        SelfSigned.Ensure(Path.Combine(_directory.FullName, "fixtures"), ["10.1.2.3", "localhost"], 1, now);

    private static string Thumbprint(string path)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
        return certificate.Thumbprint;
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, byte[] serial)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256)
            .Create(authority, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), serial);
    }

    private static X509Certificate2 Make(string subject, params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
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

        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
