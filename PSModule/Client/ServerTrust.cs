// Decides whether a server's certificate is accepted when the user named the authorities or turned
// the check off. Names are always checked unless the whole check is off.

using System;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Kv.PowerShell.Client;

internal static class ServerTrust
{
    /// <summary>The check for these options; null leaves it to the system.</summary>
    public static Func<HttpRequestMessage, X509Certificate2?, X509Chain?, SslPolicyErrors, bool>? For(
        KvClientOptions options)
    {
        if (options.SkipCertificateCheck)
        {
            return (_, _, _, _) => true;
        }

        return options.Authorities.Count == 0
            ? null
            : (_, certificate, _, errors) => certificate is not null && IsTrusted(certificate, errors, options.Authorities);
    }

    private static bool IsTrusted(X509Certificate2 certificate, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.ChainPolicy.ExtraStore.AddRange(roots);
        if (!chain.Build(certificate))
        {
            return false;
        }

        var root = chain.ChainElements[chain.ChainElements.Count - 1].Certificate;
        foreach (var known in roots)
        {
            if (string.Equals(known.Thumbprint, root.Thumbprint, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
