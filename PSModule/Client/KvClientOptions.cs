// How a connection reaches its endpoints.

using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace Kv.PowerShell.Client;

internal sealed class KvClientOptions
{
    public IReadOnlyList<KvEndpoint> Endpoints { get; init; } = [];

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
