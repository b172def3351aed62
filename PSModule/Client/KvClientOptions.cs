// How a connection reaches its endpoints.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Security;
using System.Security.Authentication;
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

    /// <summary>How often a request that reached no endpoint is tried again within its time.</summary>
    public int RetryCount { get; init; }

    /// <summary>Time before it is tried again.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where requests go through; null for none.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Versions of TLS; None leaves it to the system.</summary>
    public SslProtocols SslProtocols { get; init; } = SslProtocols.None;

    /// <summary>Shown to servers that ask for one.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The only authorities whose server certificates are accepted; empty: the system's.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    public bool SkipCertificateCheck { get; init; }

    /// <summary>What shows who calls, got from elsewhere; null for none.</summary>
    public SecureString? Token { get; init; }

    /// <summary>Who logs in; null for nobody.</summary>
    public PSCredential? Credential { get; init; }
}
