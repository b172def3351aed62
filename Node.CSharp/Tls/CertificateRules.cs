// Whether the other side's certificate is accepted. The rules are etcd's: issued by a trusted authority for
// this use, in force, not revoked, and by name if names were given.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kv.Node.Options;

namespace Kv.Node.Tls;

/// <summary>Rules for the certificates of others.</summary>
internal static class CertificateRules
{
    private const string CommonNameOid = "2.5.4.3";

    /// <summary>Extended key usage of a server (RFC 5280 §4.2.1.12).</summary>
    public static readonly Oid ServerUsage = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Extended key usage of a client.</summary>
    public static readonly Oid ClientUsage = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Why a certificate is refused; null if it is accepted.</summary>
    /// <param name="certificate">What the other side showed.</param>
    /// <param name="shown">The certificates it showed beside it.</param>
    /// <param name="usage">What it is shown for.</param>
    /// <param name="material">Authorities and revoked certificates.</param>
    /// <param name="options">Names it may have.</param>
    public static string? Refuse(
        X509Certificate2 certificate, X509Certificate2Collection shown, Oid usage, TlsMaterial material, TlsOptions options)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(shown);
        chain.ChainPolicy.ApplicationPolicy.Add(usage);
        if (material.Authorities is { } authorities)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        var isTrusted = chain.Build(certificate) || EndsInAuthority(chain, material.Authorities);
        try
        {
            return !isTrusted ? string.Join("; ", chain.ChainStatus.Select(Describe))
                : chain.ChainElements.Any(element => material.Revoked?.Has(element.Certificate) == true)
                    ? $"certificate serial {certificate.SerialNumber} is revoked, or its issuer is"
                : options.AllowedCommonNames.Count > 0 && !options.AllowedCommonNames.Contains(CommonName(certificate))
                    ? $"its common name \"{CommonName(certificate)}\" is not allowed"
                : options.AllowedHostNames.Count > 0
                    && !options.AllowedHostNames.Any(host => certificate.MatchesHostname(host, allowCommonName: false))
                    ? "it is for none of the allowed host names"
                : null;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    /// <summary>The common name in a certificate's subject; empty if it has none.</summary>
    public static string CommonName(X509Certificate2 certificate) =>
        certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == CommonNameOid)
            .Select(name => name.GetSingleElementValue() ?? "")
            .LastOrDefault("");

    private static string Describe(X509ChainStatus status) => status.Status switch
    {
        X509ChainStatusFlags.NotValidForUsage or X509ChainStatusFlags.InvalidPolicyConstraints =>
            "its extended key usage does not allow this use",
        _ => status.StatusInformation.Trim(),
    };

    /// <summary>An authority need not be a root: whoever is on the list is trusted.</summary>
    private static bool EndsInAuthority(X509Chain chain, X509Certificate2Collection? authorities) =>
        authorities is not null
        && chain.ChainStatus is [{ Status: X509ChainStatusFlags.PartialChain }]
        && authorities.Any(authority =>
            authority.RawDataMemory.Span.SequenceEqual(chain.ChainElements[^1].Certificate.RawDataMemory.Span));
}
