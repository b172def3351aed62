// What one port speaks TLS with. Clients and peers have one each, filled by flags of the same meaning.
namespace Kv.Node.Options;

/// <summary>TLS of the client port or of the peer port (etcd-facts §4.4). Paths are of PEM files; empty
/// means not given.</summary>
internal sealed record TlsOptions
{
    /// <summary>This member's certificate, with any intermediate ones behind it.</summary>
    public string CertFile { get; init; } = "";

    public string KeyFile { get; init; } = "";

    /// <summary>The certificate shown when this member is the client; if not given, that of the server.</summary>
    public string ClientCertFile { get; init; } = "";

    public string ClientKeyFile { get; init; } = "";

    /// <summary>Authorities that certificates of the other side must come from. Giving it demands a
    /// certificate of every client.</summary>
    public string TrustedCaFile { get; init; } = "";

    /// <summary>Demand a certificate of every client.</summary>
    public bool ClientCertAuth { get; init; }

    /// <summary>Revoked certificates.</summary>
    public string CrlFile { get; init; } = "";

    /// <summary>Make a certificate for this member, which nobody can check.</summary>
    public bool AutoTls { get; init; }

    /// <summary>Common names one of which the other side's certificate must have; none: any.</summary>
    public IReadOnlyList<string> AllowedCommonNames { get; init; } = [];

    /// <summary>Host names one of which the other side's certificate must be good for; none: any.</summary>
    public IReadOnlyList<string> AllowedHostNames { get; init; } = [];

    /// <summary>Do not compare a client's address with the hosts in its certificate.</summary>
    public bool SkipClientSanVerification { get; init; }

    /// <summary>True if a certificate was given.</summary>
    public bool HasCertificate => CertFile.Length > 0 || KeyFile.Length > 0;

    /// <summary>True if the port can speak TLS.</summary>
    public bool IsAvailable => HasCertificate || AutoTls;

    /// <summary>True if every client must show a certificate.</summary>
    public bool DemandsCertificate => ClientCertAuth || TrustedCaFile.Length > 0;
}
