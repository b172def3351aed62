// cluster.json in a cluster's folder: what a later session needs to find and start the nodes again.

using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;

namespace Kv.PowerShell.Cluster;

internal sealed class ClusterFile
{
    public const string FileName = "cluster.json";
    private const int CurrentVersion = 1;

    [JsonProperty("version")]
    public int Version { get; set; } = CurrentVersion;

    [JsonProperty("name")]
    public string Name { get; set; } = string.Empty;

    [JsonProperty("token")]
    public string Token { get; set; } = string.Empty;

    /// <summary>The discovery token the nodes find each other under; empty for none.</summary>
    [JsonProperty("discovery", DefaultValueHandling = DefaultValueHandling.Ignore)]
    [System.ComponentModel.DefaultValue("")]
    public string Discovery { get; set; } = string.Empty;

    /// <summary>Both ports speak TLS, with the certificates of <see cref="LocalCertificates"/>.</summary>
    [JsonProperty("tls", DefaultValueHandling = DefaultValueHandling.Ignore)]
    public bool Tls { get; set; }

    [JsonProperty("nodes")]
    public List<ClusterFileNode> Nodes { get; set; } = [];

    /// <exception cref="KvNodeException">The file is damaged, or of a version not known here.</exception>
    public static ClusterFile Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            var file = JsonConvert.DeserializeObject<ClusterFile>(File.ReadAllText(path));
            return file is { Version: CurrentVersion, Name.Length: > 0 }
                ? file
                : throw Invalid(path, "it is not of a version this module knows", null);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, exception.Message, exception);
        }
    }

    /// <summary>Writes the file whole or not at all.</summary>
    public void Write(string folder) =>
        WholeFile.Write(Path.Combine(folder, FileName), JsonConvert.SerializeObject(this, Formatting.Indented) + "\n");

    private static KvNodeException Invalid(string path, string reason, Exception? inner) =>
        new(KvErrorId.ClusterFileInvalid, ErrorCategory.InvalidData, $"'{path}' cannot be used: {reason}", inner);
}
