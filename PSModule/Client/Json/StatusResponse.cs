// The answer of /v3/maintenance/status.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class StatusResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }

    [JsonProperty("version")]
    public string? Version { get; set; }

    [JsonProperty("dbSize")]
    public long DbSize { get; set; }

    [JsonProperty("leader")]
    public ulong Leader { get; set; }

    [JsonProperty("raftIndex")]
    public ulong RaftIndex { get; set; }

    [JsonProperty("raftTerm")]
    public ulong RaftTerm { get; set; }

    [JsonProperty("raftAppliedIndex")]
    public ulong RaftAppliedIndex { get; set; }

    [JsonProperty("isLearner")]
    public bool IsLearner { get; set; }
}
