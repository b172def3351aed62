// The messages of /v3/lease. Times are whole seconds.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

/// <summary>/v3/lease/grant; an id of 0 lets the server choose.</summary>
internal sealed class LeaseGrantRequest
{
    [JsonProperty("TTL")]
    public long Ttl { get; set; }

    [JsonProperty("ID")]
    public long Id { get; set; }
}

/// <summary>/v3/lease/revoke and keepalive, and with keys timetolive.</summary>
internal sealed class LeaseRequest
{
    [JsonProperty("ID")]
    public long Id { get; set; }

    [JsonProperty("keys")]
    public bool Keys { get; set; }
}

/// <summary>The answer of grant, timetolive and, inside a stream, of keepalive. A lease that does not
/// exist has no time left.</summary>
internal sealed class LeaseResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("ID")]
    public long Id { get; set; }

    [JsonProperty("TTL")]
    public long Ttl { get; set; }

    [JsonProperty("grantedTTL")]
    public long GrantedTtl { get; set; }

    [JsonProperty("keys")]
    public byte[][] Keys { get; set; } = [];
}

/// <summary>The one line that answers the one request of a keep-alive.</summary>
internal sealed class LeaseKeepAliveLine : IResponse
{
    [JsonProperty("result")]
    public LeaseResponse? Result { get; set; }

    [JsonProperty("error")]
    public StreamError? Error { get; set; }

    [JsonIgnore]
    public ResponseHeader? Header => Result?.Header;
}

/// <summary>The answer of /v3/lease/leases.</summary>
internal sealed class LeaseListResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("leases")]
    public LeaseResponse[] Leases { get; set; } = [];
}

/// <summary>An answer of which only the revision matters.</summary>
internal sealed class PlainResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }
}
