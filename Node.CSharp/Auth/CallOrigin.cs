// Where a call came from, and what it says of its caller. gRPC metadata and HTTP headers are the same thing; the
// gateway's differ in names only.
using Kv.Node.Tls;

namespace Kv.Node.Auth;

/// <summary>A call's connection and headers.</summary>
/// <param name="Http">The request.</param>
/// <param name="IsGateway">It came as JSON.</param>
internal readonly record struct CallOrigin(HttpContext Http, bool IsGateway)
{
    private const string RequireLeaderKey = "hasleader";

    /// <summary>How gRPC metadata travels through the gateway.</summary>
    private const string GatewayPrefix = "Grpc-Metadata-";

    private const string TokenKey = "token";

    private const string Bearer = "Bearer ";

    /// <summary>The caller's metadata asks for a leader.</summary>
    public bool RequiresLeader =>
        Header(RequireLeaderKey) == "true" || (IsGateway && Header(GatewayPrefix + RequireLeaderKey) == "true");

    /// <summary>The token the caller brings; null if none.</summary>
    public string? Token
    {
        get
        {
            var text = Header(TokenKey) ?? Http.Request.Headers.Authorization.ToString();
            if (text.Length == 0 && IsGateway)
            {
                text = Header(GatewayPrefix + TokenKey) ?? "";
            }

            return text.Length == 0 ? null
                : text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? text[Bearer.Length..]
                : text;
        }
    }

    /// <summary>The common name of the certificate the caller shows, already found good; null if it shows none
    /// or that has none.</summary>
    public string? CommonName =>
        Http.Connection.ClientCertificate is { } certificate && CertificateRules.CommonName(certificate) is { Length: > 0 } name
            ? name
            : null;

    private string? Header(string name) =>
        Http.Request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;
}
