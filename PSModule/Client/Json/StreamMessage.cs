// One line of a streamed answer: a result or an error.

using Newtonsoft.Json;

namespace Kv.PowerShell.Client.Json;

internal sealed class StreamMessage<T>
    where T : class
{
    [JsonProperty("result")]
    public T? Result { get; set; }

    [JsonProperty("error")]
    public StreamError? Error { get; set; }
}
