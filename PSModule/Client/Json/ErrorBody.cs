// The body of a refused request; etcd up to 3.5 writes error and message, later ones only message.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class ErrorBody
{
    [JsonProperty("error")]
    public string? Error { get; set; }

    [JsonProperty("code")]
    public int Code { get; set; }

    [JsonProperty("message")]
    public string? Message { get; set; }
}
