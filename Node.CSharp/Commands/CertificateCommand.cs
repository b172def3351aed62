// `kvnode certificate`: an authority of one's own, and the certificates it signs for nodes and clients, as
// the PEM files that the TLS flags of kvnode and etcdctl take. No other tool is needed to try TLS out.
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kv.Node.Options;
using Kv.Node.Tls;

namespace Kv.Node.Commands;

/// <summary>Makes a certificate and its key.</summary>
internal sealed class CertificateCommand
{
    /// <summary>The word that asks for it.</summary>
    public const string Name = "certificate";

    private const string Summary = """
        Makes a certificate for TLS and its private key, as PEM: FILE, and beside it the key, which ends
        in .key instead. With --authority it can sign others; with --signed-by it is signed by an
        authority made before, and good for nodes, for their peers, and for clients; with neither it is
        its own authority. A client's --common-name is the user it is for.
        """;

    private const int AuthorityDays = 3650;

    // Some systems accept no certificate of a server that is good for longer.
    private const int SignedDays = 825;

    private const int SerialBytes = 16;

    private bool _isAuthority;
    private string _commonName = "";
    private IReadOnlyList<string> _hosts = [];
    private string _signer = "";
    private string _signerKey = "";
    private int _days;
    private bool _withPfx;
    private bool _mayReplace;

    private CertificateCommand()
    {
    }

    /// <summary>Runs the command.</summary>
    /// <exception cref="OptionsException">The arguments are wrong, or the authority cannot be used.</exception>
    /// <exception cref="IOException">A file exists, or cannot be read or written.</exception>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var command = new CertificateCommand();
        var syntax = command.Syntax();
        if (syntax.Parse(arguments) is not { } path)
        {
            Console.Out.Write(syntax.Render());
            return 0;
        }

        command.Make(path, DateTimeOffset.UtcNow);
        return 0;
    }

    private CommandSyntax Syntax() => new(Name, Summary,
    [
        new CommandFlag("authority", "", "It can sign others.", text => _isAuthority = FlagValue.Boolean(text)),
        new CommandFlag("signed-by", "CERTIFICATE", "The authority that signs it; its key lies beside it.",
            text => _signer = FlagValue.NonEmpty(text)),
        new CommandFlag("signed-by-key", "KEY", "The authority's key, if it lies elsewhere.",
            text => _signerKey = FlagValue.NonEmpty(text)),
        new CommandFlag("host", "NAME,...", "Host names and addresses it is good for.",
            text => _hosts = [.. FlagValue.List(text).Select(Host)]),
        new CommandFlag("common-name", "TEXT", "Who it is for.", text => _commonName = FlagValue.NonEmpty(text))
        {
            Default = "the file's name without its ending",
        },
        new CommandFlag("days", "N", "How long it is good for, from now.",
            text => _days = (int)FlagValue.Integer(text, 1, 36500))
        {
            Default = $"{AuthorityDays} for an authority, else {SignedDays}; never longer than its authority",
        },
        new CommandFlag("pfx", "", "Write both as a PFX file without password too, for .NET and Windows.",
            text => _withPfx = FlagValue.Boolean(text)),
        new CommandFlag("force", "", "Replace files that are there.", text => _mayReplace = FlagValue.Boolean(text)),
    ]);

    private static string Host(string text) =>
        IPAddress.TryParse(text, out _) || Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) == UriHostNameType.Dns
            ? text
            : throw new FormatException("expected host names and addresses, separated by commas");

    private void Make(string path, DateTimeOffset now)
    {
        var (keyPath, pfxPath) = (Path.ChangeExtension(path, ".key"), Path.ChangeExtension(path, ".pfx"));
        Check(path, keyPath, pfxPath);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(_commonName.Length > 0 ? _commonName : Path.GetFileNameWithoutExtension(path));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = _isAuthority
            ? CertificateForm.ForAuthority(name.Build(), key)
            : CertificateForm.ForNode(name.Build(), key, _hosts);
        var end = now.AddDays(_days > 0 ? _days : _isAuthority ? AuthorityDays : SignedDays);

        // A little back, for hosts whose clocks are behind.
        using var certificate = Sign(request, key, now.AddMinutes(-5), end);
        CertificateForm.Write(path, keyPath, certificate, key);
        if (_withPfx)
        {
            CertificateForm.WriteSecret(pfxPath, certificate.Export(X509ContentType.Pfx));
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"wrote {path} and {keyPath}: {certificate.Subject}, good until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"));
    }

    private void Check(string path, string keyPath, string pfxPath)
    {
        if (_isAuthority && (_signer.Length > 0 || _hosts.Count > 0))
        {
            throw new OptionsException("--authority is for an authority of its own; it takes neither --signed-by nor --host");
        }

        if (_signerKey.Length > 0 && _signer.Length == 0)
        {
            throw new OptionsException("--signed-by-key needs --signed-by");
        }

        string[] files = [path, keyPath, .. _withPfx ? [pfxPath] : Array.Empty<string>()];
        if (files.Distinct().Count() < files.Length)
        {
            throw new OptionsException($"the certificate cannot be {path}, which is the place of its key; use .crt or .pem");
        }

        if (!_mayReplace && files.FirstOrDefault(File.Exists) is { } existing)
        {
            throw new IOException($"{existing} exists; --force replaces it");
        }
    }

    /// <summary>The certificate with its key.</summary>
    private X509Certificate2 Sign(CertificateRequest request, ECDsa key, DateTimeOffset start, DateTimeOffset end)
    {
        if (_signer.Length == 0)
        {
            return request.CreateSelfSigned(start, end);
        }

        using var authority = LoadAuthority();
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var (first, last) = (new DateTimeOffset(authority.NotBefore), new DateTimeOffset(authority.NotAfter));
        if (last <= start)
        {
            throw new OptionsException($"the authority {_signer} is over since {last:yyyy-MM-dd}");
        }

        using var rsa = authority.GetRSAPrivateKey();
        using var curve = authority.GetECDsaPrivateKey();
        var generator = curve is not null ? X509SignatureGenerator.CreateForECDsa(curve)
            : rsa is not null ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
            : throw new OptionsException($"{_signer} cannot sign: its key is neither RSA nor ECDSA");
        using var bare = request.Create(
            authority.SubjectName,
            generator,
            start > first ? start : first,
            end < last ? end : last,
            RandomNumberGenerator.GetBytes(SerialBytes));
        return bare.CopyWithPrivateKey(key);
    }

    private X509Certificate2 LoadAuthority()
    {
        var keyPath = _signerKey.Length > 0 ? _signerKey : Path.ChangeExtension(_signer, ".key");
        try
        {
            var authority = X509Certificate2.CreateFromPemFile(_signer, keyPath);
            return authority.Extensions.OfType<X509BasicConstraintsExtension>().Any(static e => e.CertificateAuthority)
                ? authority
                : throw new OptionsException($"{_signer} is no authority: it was made without --authority");
        }
        catch (CryptographicException problem)
        {
            throw new OptionsException($"{_signer} with the key {keyPath} cannot sign: {problem.Message}");
        }
    }
}
