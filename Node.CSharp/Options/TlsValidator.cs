// Checks of the TLS settings against each other and against the URLs. What is in the files is checked
// when they are read (TlsFiles).
using Kv.Node.Tls;

namespace Kv.Node.Options;

/// <summary>Checks of TLS settings.</summary>
internal static class TlsValidator
{
    /// <summary>Checks both ports.</summary>
    /// <exception cref="OptionsException">A combination that cannot work, or would be less secure than it
    /// looks.</exception>
    public static void Check(NodeOptions options, List<string> warnings)
    {
        RequirePairs("", options.ClientTls);
        RequirePairs("peer-", options.PeerTls);
        CheckPort("", "listen-client-urls", options.ListenClientUrls, options.ClientTls, warnings);
        CheckPort("", "listen-client-http-urls", options.ListenClientHttpUrls, options.ClientTls, null);
        CheckPort("", "listen-metrics-urls", options.ListenMetricsUrls, options.ClientTls, null);
        CheckPort("peer-", "listen-peer-urls", options.ListenPeerUrls, options.PeerTls, warnings);
        if (options.TlsMaxVersion == TlsVersions.Tls12 && options.TlsMinVersion == TlsVersions.Tls13)
        {
            throw new OptionsException("--tls-min-version is TLS1.3 and --tls-max-version TLS1.2: no version is left");
        }

        if (options.CipherSuites.Count == 0)
        {
            return;
        }

        if (options.TlsMinVersion == TlsVersions.Tls13)
        {
            throw new OptionsException("--cipher-suites has no meaning with --tls-min-version=TLS1.3, whose suites are fixed");
        }

        if (OperatingSystem.IsWindows())
        {
            throw new OptionsException("--cipher-suites: Windows has one list for all programs; set it with a group policy");
        }
    }

    private static void CheckPort(
        string prefix, string urlFlag, IReadOnlyList<Uri> urls, TlsOptions tls, List<string>? warnings)
    {
        var secure = urls.FirstOrDefault(url => url.Scheme == Uri.UriSchemeHttps);
        if (secure is not null && !tls.IsAvailable)
        {
            throw new OptionsException(
                $"--{urlFlag} has {secure.OriginalString}: TLS needs --{prefix}cert-file and --{prefix}key-file, or --{prefix}auto-tls");
        }

        if (tls is { AutoTls: true, HasCertificate: true })
        {
            warnings?.Add($"--{prefix}auto-tls is ignored: a certificate is given");
        }

        var plain = urls.FirstOrDefault(url => url.Scheme == Uri.UriSchemeHttp);
        if (plain is not null && (tls.IsAvailable || tls.DemandsCertificate))
        {
            warnings?.Add($"--{urlFlag} has {plain.OriginalString}: no certificate is shown or demanded there");
        }
    }

    private static void RequirePairs(string prefix, TlsOptions tls)
    {
        RequirePair($"{prefix}cert-file", tls.CertFile, $"{prefix}key-file", tls.KeyFile);
        RequirePair($"{prefix}client-cert-file", tls.ClientCertFile, $"{prefix}client-key-file", tls.ClientKeyFile);
    }

    private static void RequirePair(string certificateFlag, string certificate, string keyFlag, string key)
    {
        if (certificate.Length > 0 != key.Length > 0)
        {
            var (given, missing) = certificate.Length > 0 ? (certificateFlag, keyFlag) : (keyFlag, certificateFlag);
            throw new OptionsException($"--{given} needs --{missing}");
        }
    }
}
