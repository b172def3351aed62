// How a connection reaches its endpoints.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Client;

internal sealed class KvClientOptions
{
    public IReadOnlyList<KvEndpoint> Endpoints { get; init; } = [];

    /// <summary>Those for a cluster of this machine.</summary>
    /// <exception cref="Errors.KvConnectionException">The file of its authority cannot be read.</exception>
    public static KvClientOptions For(LocalAccess access) => new()
    {
        Endpoints = [.. access.ClientUrls.Select(KvEndpoint.Parse)],
        Authorities = access.AuthorityFile is null ? [] : new X509Certificate2Collection(CertificateFiles.Authorities(access.AuthorityFile)),
    };

    /// <summary>How long one connection attempt may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one request may take, all attempts together.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Shown to servers that ask for one.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The only authorities whose server certificates are accepted; empty: the system's.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    public bool SkipCertificateCheck { get; init; }

    /// <summary>Who logs in; null for nobody.</summary>
    public PSCredential? Credential { get; init; }
}
