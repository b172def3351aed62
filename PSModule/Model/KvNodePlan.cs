// One node of a cluster over several hosts: what to carry to its host and how to start it there.

namespace Kv.PowerShell.Model;

/// <summary>The written plan for one host.</summary>
public sealed class KvNodePlan
{
    internal KvNodePlan(string name, string hostName)
    {
        Name = name;
        HostName = hostName;
    }

    /// <summary>The name of the node.</summary>
    public string Name { get; }

    /// <summary>The host it is for.</summary>
    public string HostName { get; }

    /// <summary>Where clients will reach it.</summary>
    public string ClientUrl { get; internal init; } = string.Empty;

    /// <summary>Where the other nodes will reach it.</summary>
    public string PeerUrl { get; internal init; } = string.Empty;

    /// <summary>The folder, on that host, of its log and snapshots.</summary>
    public string DataDirectory { get; internal init; } = string.Empty;

    /// <summary>The flags to start it with.</summary>
    public string[] Arguments { get; internal init; } = [];

    /// <summary>The same settings as environment variables, for a service unit.</summary>
    public string EnvironmentFile { get; internal init; } = string.Empty;

    /// <summary>The start script for sh.</summary>
    public string ShellScript { get; internal init; } = string.Empty;

    /// <summary>The start script for PowerShell.</summary>
    public string PowerShellScript { get; internal init; } = string.Empty;

    /// <summary>The name and the host.</summary>
    public override string ToString() => $"{Name} on {HostName}";
}
