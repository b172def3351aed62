// The answer of /v3/kv/put.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class PutResponse : IResponse
{
    [JsonProperty("header")]
    public ResponseHeader? Header { get; set; }
}
