// An error inside a stream; etcd up to 3.5 writes grpc_code, later ones write code.

using Kv.PowerShell.Errors;
using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class StreamError
{
    [JsonProperty("grpc_code")]
    public int GrpcCode { get; set; }

    [JsonProperty("code")]
    public int Code { get; set; }

    [JsonProperty("message")]
    public string? Message { get; set; }

    [JsonIgnore]
    public KvStatusCode Status => (KvStatusCode)(GrpcCode != 0 ? GrpcCode : Code);
}
