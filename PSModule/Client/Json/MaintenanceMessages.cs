// The messages of /v3/maintenance and of /v3/kv/compaction.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

/// <summary>alarm. GET is the default and left out.</summary>
internal sealed class AlarmRequest
{
    [JsonProperty("action")]
    public string? Action { get; set; }

    [JsonProperty("memberID")]
    public ulong MemberId { get; set; }

    [JsonProperty("alarm")]
    public string? Alarm { get; set; }
}

/// <summary>One alarm in the answer.</summary>
internal sealed class AlarmMember
{
    [JsonProperty("memberID")]
    public ulong MemberId { get; set; }

    [JsonProperty("alarm")]
    public string? Alarm { get; set; }
}

/// <summary>The answer of alarm.</summary>
internal sealed class AlarmResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("alarms")]
    public AlarmMember[] Alarms { get; set; } = [];
}

/// <summary>hashkv; revision 0 is the newest.</summary>
internal sealed class HashKvRequest
{
    [JsonProperty("revision")]
    public long Revision { get; set; }
}

/// <summary>The answer of hashkv. etcd before 3.6 does not say which revision it hashed.</summary>
internal sealed class HashKvResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("hash")]
    public uint Hash { get; set; }

    [JsonProperty("compact_revision")]
    public long CompactRevision { get; set; }

    [JsonProperty("hash_revision")]
    public long HashRevision { get; set; }
}

/// <summary>transfer-leadership.</summary>
internal sealed class MoveLeaderRequest
{
    [JsonProperty("targetID")]
    public ulong TargetId { get; set; }
}

/// <summary>/v3/kv/compaction.</summary>
internal sealed class CompactionRequest
{
    [JsonProperty("revision")]
    public long Revision { get; set; }

    [JsonProperty("physical")]
    public bool Physical { get; set; }
}
