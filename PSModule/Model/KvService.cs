// A node that is a service of this machine.

namespace Kv.PowerShell.Model;

/// <summary>Where the parts of the service are.</summary>
public sealed class KvService
{
    internal KvService(string name, string programPath, string configurationPath)
    {
        Name = name;
        ProgramPath = programPath;
        ConfigurationPath = configurationPath;
    }

    /// <summary>Its name, for systemctl or Get-Service.</summary>
    public string Name { get; }

    /// <summary>The program it runs.</summary>
    public string ProgramPath { get; }

    /// <summary>The node's settings; each flag of kvnode is a key there.</summary>
    public string ConfigurationPath { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
