// The settings of TLS: one set of rows for each port, since their names follow no single pattern.
using Kv.Node.Auth;
using Kv.Node.Tls;
using static Kv.Node.Options.FlagGroup;

namespace Kv.Node.Options;

internal static partial class FlagTable
{
    private static IEnumerable<OptionFlag> SecurityRows() =>
    [
        .. TlsRows(
            "", "clients", "client-crl-file", "client-cert-allowed-", "skip-client-san-verification",
            (o, change) => o with { ClientTls = change(o.ClientTls) }, o => o.ClientTls),
        .. TlsRows(
            "peer-", "members", "peer-crl-file", "peer-cert-allowed-", "peer-skip-client-san-verification",
            (o, change) => o with { PeerTls = change(o.PeerTls) }, o => o.PeerTls),
        Boolean("experimental-peer-skip-client-san-verification", Security, "The same, as releases before 3.6 call it.",
            (o, v) => o with { PeerTls = o.PeerTls with { SkipClientSanVerification = v } },
            o => o.PeerTls.SkipClientSanVerification),
        Text("ca-file", Security, "PATH", "As --trusted-ca-file, as releases before 3 call it.",
            (o, v) => o with { ClientTls = o.ClientTls with { TrustedCaFile = v } }, o => o.ClientTls.TrustedCaFile),
        Text("peer-ca-file", Security, "PATH", "As --peer-trusted-ca-file, as releases before 3 call it.",
            (o, v) => o with { PeerTls = o.PeerTls with { TrustedCaFile = v } }, o => o.PeerTls.TrustedCaFile),
        Number("self-signed-cert-validity", Security, "Years that certificates made by auto-tls are good for.", 1, 100,
            (o, v) => o with { SelfSignedCertValidity = (int)v }, o => o.SelfSignedCertValidity),
        Number("bcrypt-cost", Security, "Cost of hashing passwords; each step doubles it.", 4, 31,
            (o, v) => o with { BcryptCost = (int)v }, o => o.BcryptCost),
        Text("auth-token", Security, "simple|jwt,...",
            "Tokens of users: random letters, or jwt,sign-method=METHOD,priv-key=FILE,pub-key=FILE,ttl=TIME.",
            (o, v) => o with { AuthToken = JwtOptions.Parse(v) is null ? "simple" : v }, o => o.AuthToken),
        Number("auth-token-ttl", Security, "Seconds without use after which a simple token ends.", 1, int.MaxValue,
            (o, v) => o with { AuthTokenTtl = TimeSpan.FromSeconds(v) }, o => (long)o.AuthTokenTtl.TotalSeconds),
        Text("cipher-suites", Security, "NAME,...", "Cipher suites of TLS 1.2 to allow, by their IANA names; none given: the system's.",
            (o, v) => o with { CipherSuites = CipherSuites.Parse(v) }, o => string.Join(',', o.CipherSuites)),
        Text("tls-min-version", Security, "TLS1.2|TLS1.3", "Oldest TLS version to speak.",
            (o, v) => o with { TlsMinVersion = FlagValue.Choice(v, TlsVersions.Tls12, TlsVersions.Tls13) }, o => o.TlsMinVersion),
        Text("tls-max-version", Security, "TLS1.2|TLS1.3", "Newest TLS version to speak; none given: the newest there is.",
            (o, v) => o with { TlsMaxVersion = v.Length == 0 ? "" : FlagValue.Choice(v, TlsVersions.Tls12, TlsVersions.Tls13) },
            o => o.TlsMaxVersion),
    ];

    private static IEnumerable<OptionFlag> TlsRows(
        string prefix, string whom, string crlFlag, string allowedPrefix, string skipFlag,
        Func<NodeOptions, Func<TlsOptions, TlsOptions>, NodeOptions> change, Func<NodeOptions, TlsOptions> get)
    {
        yield return Path("cert-file", $"Certificate towards {whom}, PEM.", (o, v) => o with { CertFile = v }, o => o.CertFile);
        yield return Path("key-file", "Its private key, PEM.", (o, v) => o with { KeyFile = v }, o => o.KeyFile);
        yield return Path("client-cert-file", $"Another certificate for connections this member opens to {whom}.",
            (o, v) => o with { ClientCertFile = v }, o => o.ClientCertFile);
        yield return Path("client-key-file", "Its private key.", (o, v) => o with { ClientKeyFile = v }, o => o.ClientKeyFile);
        yield return Flag(prefix + "client-cert-auth", $"Demand a certificate of {whom}.",
            (o, v) => o with { ClientCertAuth = v }, o => o.ClientCertAuth);
        yield return Path("trusted-ca-file", $"Authorities that certificates of {whom} must come from, PEM.",
            (o, v) => o with { TrustedCaFile = v }, o => o.TrustedCaFile);
        yield return Words(crlFlag, "PATH", $"Revoked certificates of {whom}, PEM or DER.",
            (o, v) => o with { CrlFile = v }, o => o.CrlFile);
        yield return Flag(prefix + "auto-tls", $"Make a certificate towards {whom}, which they cannot check.",
            (o, v) => o with { AutoTls = v }, o => o.AutoTls);
        yield return Words(allowedPrefix + "cn", "NAME,...", $"Common names that certificates of {whom} may have.",
            (o, v) => o with { AllowedCommonNames = FlagValue.List(v) }, o => string.Join(',', o.AllowedCommonNames));
        yield return Words(allowedPrefix + "hostname", "HOST,...", $"Hosts one of which certificates of {whom} must be good for.",
            (o, v) => o with { AllowedHostNames = FlagValue.List(v) }, o => string.Join(',', o.AllowedHostNames));
        yield return Flag(skipFlag, $"Do not compare the address of {whom} with the hosts in their certificates.",
            (o, v) => o with { SkipClientSanVerification = v }, o => o.SkipClientSanVerification);

        OptionFlag Path(string name, string help, Func<TlsOptions, string, TlsOptions> apply, Func<TlsOptions, string> read) =>
            Words(prefix + name, "PATH", help, apply, read);

        OptionFlag Words(
            string name, string placeholder, string help,
            Func<TlsOptions, string, TlsOptions> apply, Func<TlsOptions, string> read) =>
            Text(name, Security, placeholder, help, (o, v) => change(o, tls => apply(tls, v)), o => read(get(o)));

        OptionFlag Flag(string name, string help, Func<TlsOptions, bool, TlsOptions> apply, Func<TlsOptions, bool> read) =>
            Boolean(name, Security, help, (o, v) => change(o, tls => apply(tls, v)), o => read(get(o)));
    }
}
