// TLS of one port: options for each handshake, made of what the files hold at that moment. Files that were
// replaced are used from the next handshake on; if they cannot be used the old ones stay.
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kv.Node.Diagnostics;
using Kv.Node.Options;

namespace Kv.Node.Tls;

/// <summary>Certificates of one port, always as the files are.</summary>
internal sealed class TlsSource
{
    private readonly TlsOptions _options;
    private readonly NodeOptions _node;
    private readonly TlsFiles _files;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private string _stamp;
    private string _lastProblem = "";
    private volatile TlsMaterial _material;

    private TlsSource(TlsOptions options, NodeOptions node, TlsFiles files, ILogger logger)
    {
        (_options, _node, _files, _logger) = (options, node, files, logger);
        _stamp = files.Stamp();
        _material = files.Read();
    }

    /// <summary>What the files hold.</summary>
    public TlsMaterial Current
    {
        get
        {
            Refresh();
            return _material;
        }
    }

    /// <summary>Clients must call from a host their certificate is for, if it is for any.</summary>
    public bool ComparesClientAddress => _options is { DemandsCertificate: true, SkipClientSanVerification: false };

    /// <summary>TLS towards clients; null if neither certificates nor authorities are given.</summary>
    /// <exception cref="OptionsException">A file cannot be used.</exception>
    public static TlsSource? OfClients(NodeOptions node, ILogger logger) =>
        Open(node, node.ClientTls, "", "client", node.ListenClientUrls.Concat(node.ListenClientHttpUrls).Concat(node.ListenMetricsUrls), logger);

    /// <summary>TLS towards the other members.</summary>
    /// <exception cref="OptionsException">A file cannot be used.</exception>
    public static TlsSource? OfPeers(NodeOptions node, ILogger logger) =>
        Open(node, node.PeerTls, "peer-", "peer", node.ListenPeerUrls.Concat(node.InitialAdvertisePeerUrls), logger);

    /// <summary>What a handshake is answered with.</summary>
    public SslServerAuthenticationOptions ForServer(EndPoint? remote)
    {
        var material = Current;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Server,
            ClientCertificateRequired = _options.DemandsCertificate,
            // A resumed session would not be looked at again, and the certificate may be revoked by now.
            AllowTlsResume = !_options.DemandsCertificate,
            EnabledSslProtocols = TlsVersions.Allowed(_node),
            CipherSuitesPolicy = CipherSuites.PolicyOf(_node.CipherSuites),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => Accept(
                certificate, chain, CertificateRules.ClientUsage, material, isNamed: true, remote?.ToString() ?? "?"),
        };
    }

    /// <summary>What a handshake with another member is begun with.</summary>
    /// <param name="host">The host that was meant.</param>
    public SslClientAuthenticationOptions ForClient(string host)
    {
        var material = Current;
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = material.Client,
            EnabledSslProtocols = TlsVersions.Allowed(_node),
            CipherSuitesPolicy = CipherSuites.PolicyOf(_node.CipherSuites),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(
                certificate, chain, CertificateRules.ServerUsage, material,
                isNamed: (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0, host),
        };
    }

    private static TlsSource? Open(
        NodeOptions node, TlsOptions options, string prefix, string directory, IEnumerable<Uri> urls, ILogger logger)
    {
        options = options with { AutoTls = options.AutoTls && !options.HasCertificate };
        if (options.AutoTls)
        {
            var (certificate, key) = SelfSigned.Ensure(
                Path.Combine(node.DataDir, "fixtures", directory), urls.Select(url => url.DnsSafeHost).Append("localhost"),
                node.SelfSignedCertValidity, DateTimeOffset.UtcNow);
            options = options with { CertFile = certificate, KeyFile = key };
        }

        return options.IsAvailable || options.TrustedCaFile.Length > 0 || options.ClientCertFile.Length > 0
            ? new TlsSource(options, node, new TlsFiles(options, prefix), logger)
            : null;
    }

    private void Refresh()
    {
        if (_files.Stamp() == Volatile.Read(ref _stamp))
        {
            return;
        }

        lock (_reading)
        {
            var stamp = _files.Stamp();
            if (stamp == _stamp)
            {
                return;
            }

            try
            {
                _material = _files.Read();
                Volatile.Write(ref _stamp, stamp);
                _lastProblem = "";
                _logger.TlsFilesReloaded();
            }
            catch (OptionsException problem)
            {
                // Half replaced, as a rule: the next handshake looks again.
                if (problem.Message != _lastProblem)
                {
                    _lastProblem = problem.Message;
                    _logger.TlsFilesUnusable(problem.Message);
                }
            }
        }
    }

    private bool Accept(
        X509Certificate? certificate, X509Chain? chain, System.Security.Cryptography.Oid usage, TlsMaterial material,
        bool isNamed, string remote)
    {
        if (usage == CertificateRules.ClientUsage && !_options.DemandsCertificate)
        {
            return true;
        }

        // Nobody can check what a member made for itself.
        if (usage == CertificateRules.ServerUsage && _options.AutoTls && material.Authorities is null)
        {
            return certificate is not null;
        }

        var refusal = certificate is not X509Certificate2 shown ? "it shows no certificate"
            : !isNamed ? $"its certificate is not for {remote}"
            : CertificateRules.Refuse(shown, chain?.ChainPolicy.ExtraStore ?? [], usage, material, _options);
        if (refusal is not null)
        {
            _logger.TlsRefused(remote, refusal);
        }

        return refusal is null;
    }
}
