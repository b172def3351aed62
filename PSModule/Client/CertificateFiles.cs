// Certificates from the files that etcd's tools use: PEM, with the key in a file of its own, or PFX; and from
// the system's stores.
// This target has no reader for PEM keys; PowerShell 7 has one, which is found by its name.

using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal static class CertificateFiles
{
    private static readonly Regex Block = new(
        "-----BEGIN CERTIFICATE-----(?<body>[^-]*)-----END CERTIFICATE-----", RegexOptions.CultureInvariant);

    /// <summary>All certificates of a file, PEM or DER.</summary>
    /// <exception cref="KvConnectionException">The file cannot be read, or has none.</exception>
    public static X509Certificate2[] Authorities(string path) => Read(path, () =>
    {
        var bytes = File.ReadAllBytes(path);
        var found = Block.Matches(Encoding.ASCII.GetString(bytes)).Cast<Match>()
            .Select(static m => new X509Certificate2(Convert.FromBase64String(m.Groups["body"].Value))).ToArray();
        return found.Length > 0 ? found : [new X509Certificate2(bytes)];
    });

    /// <summary>A certificate with its private key: PEM, the key in the same file if no other is named, or PFX.</summary>
    /// <exception cref="KvConnectionException">A file cannot be read, has none, or this PowerShell reads no PEM keys.</exception>
    public static X509Certificate2 WithKey(string path, string? keyPath) => Read(path, () =>
    {
        if (keyPath is null && !Block.IsMatch(Encoding.ASCII.GetString(File.ReadAllBytes(path))))
        {
            var pfx = new X509Certificate2(path);
            return pfx.HasPrivateKey ? pfx : throw Invalid(path, "it has no private key; name the key's file too", null);
        }

        var reader = typeof(X509Certificate2).GetMethod("CreateFromPemFile", [typeof(string), typeof(string)])
            ?? throw Invalid(path, "Windows PowerShell reads no PEM keys; use a PFX file or -Certificate", null);
        try
        {
            var pem = (X509Certificate2)reader.Invoke(null, [path, keyPath]);
            if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                return pem;
            }

            // TLS on Windows takes no key that exists in memory only.
            using (pem)
            {
                return new X509Certificate2(pem.Export(X509ContentType.Pfx));
            }
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            throw Invalid(path, keyPath is null ? inner.Message : $"with the key '{keyPath}': {inner.Message}", inner);
        }
    });

    /// <summary>A certificate with its private key from the store My of the user, or else of the machine.</summary>
    /// <exception cref="KvConnectionException">There is none with this thumbprint.</exception>
    public static X509Certificate2 FromStore(string thumbprint)
    {
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // Not every system has both.
                continue;
            }

            var found = store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, false).Cast<X509Certificate2>()
                .FirstOrDefault(static c => c.HasPrivateKey);
            if (found is not null)
            {
                return found;
            }
        }

        throw Invalid(thumbprint, "no certificate with this thumbprint and a private key is in the store My", null);
    }

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or FormatException)
        {
            throw Invalid(path, exception.Message, exception);
        }
    }

    private static KvConnectionException Invalid(string path, string reason, Exception? inner) => new(
        KvErrorId.CertificateInvalid, ErrorCategory.InvalidData, $"The certificate '{path}' cannot be used: {reason.TrimEnd('.')}.", inner)
    {
        EndsCommand = true,
    };
}
