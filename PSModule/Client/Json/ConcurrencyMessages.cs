// The messages of /v3/lock and /v3/election.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

/// <summary>lock/lock.</summary>
internal sealed class LockRequest
{
    [JsonProperty("name")]
    public byte[] Name { get; set; } = [];

    [JsonProperty("lease")]
    public long Lease { get; set; }
}

/// <summary>The answer of lock/lock, and the request of lock/unlock.</summary>
internal sealed class LockKey : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];
}

/// <summary>What a candidate that was elected holds.</summary>
internal sealed class LeaderKey
{
    [JsonProperty("name")]
    public byte[] Name { get; set; } = [];

    [JsonProperty("key")]
    public byte[] Key { get; set; } = [];

    [JsonProperty("rev")]
    public long Revision { get; set; }

    [JsonProperty("lease")]
    public long Lease { get; set; }
}

/// <summary>election/campaign, leader, observe, proclaim and resign, each with its part of it.</summary>
internal sealed class ElectionRequest
{
    [JsonProperty("name")]
    public byte[]? Name { get; set; }

    [JsonProperty("lease")]
    public long Lease { get; set; }

    [JsonProperty("leader")]
    public LeaderKey? Leader { get; set; }

    [JsonProperty("value")]
    public byte[]? Value { get; set; }
}

/// <summary>The answer of election/campaign.</summary>
internal sealed class CampaignResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("leader")]
    public LeaderKey Leader { get; set; } = new();
}

/// <summary>The answer of election/leader, and what observe streams.</summary>
internal sealed class LeaderResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("kv")]
    public KeyValue? Kv { get; set; }
}
