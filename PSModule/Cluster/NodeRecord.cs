// The file that says which process a node runs as. It exists from start to stop: if the process is
// gone and the file is not, the node crashed.

using System;
using System.IO;
using Newtonsoft.Json;

namespace Kv.PowerShell.Cluster;

internal sealed class NodeRecord
{
    [JsonProperty("pid")]
    public int Pid { get; set; }

    /// <summary>Tells this process from a later one that got the same number.</summary>
    [JsonProperty("identity")]
    public string Identity { get; set; } = string.Empty;

    [JsonProperty("startedAt")]
    public DateTime StartedAt { get; set; }

    /// <summary>The record at this path, or null if there is none that can be read.</summary>
    public static NodeRecord? Read(string path)
    {
        try
        {
            return JsonConvert.DeserializeObject<NodeRecord>(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string path) => WholeFile.Write(path, JsonConvert.SerializeObject(this) + "\n");
}
