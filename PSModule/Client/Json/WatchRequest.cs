// The message that opens a watch on /v3/watch.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class WatchRequest
{
    [JsonProperty("create_request")]
    public WatchCreateRequest? Create { get; set; }
}
