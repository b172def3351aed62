// A certificate made by New-KvCertificate, and where its files are.

using System;
using System.Security.Cryptography.X509Certificates;

namespace Kv.PowerShell.Model;

/// <summary>A certificate in a file, its key beside it.</summary>
public sealed class KvCertificate
{
    internal KvCertificate(string path, string keyPath, X509Certificate2 certificate)
    {
        CertificateFile = path;
        KeyFile = keyPath;
        Subject = certificate.Subject;
        Issuer = certificate.Issuer;
        Thumbprint = certificate.Thumbprint;
        NotAfter = certificate.NotAfter;
    }

    /// <summary>The file of the certificate, PEM.</summary>
    public string CertificateFile { get; }

    /// <summary>The file of its private key, PEM.</summary>
    public string KeyFile { get; }

    /// <summary>The file with both, PFX without password; null if none was asked for.</summary>
    public string? PfxFile { get; internal init; }

    /// <summary>Who it is for.</summary>
    public string Subject { get; }

    /// <summary>Who signed it.</summary>
    public string Issuer { get; }

    /// <summary>True if it can sign others.</summary>
    public bool IsAuthority { get; internal init; }

    /// <summary>Names and addresses it is good for.</summary>
    public string[] HostName { get; internal init; } = [];

    /// <summary>When it ends, in local time.</summary>
    public DateTime NotAfter { get; }

    /// <summary>The hash that tells it from all others.</summary>
    public string Thumbprint { get; }

    /// <summary>The file of the certificate.</summary>
    public override string ToString() => CertificateFile;
}
