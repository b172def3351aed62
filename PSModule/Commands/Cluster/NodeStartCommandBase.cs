// What the cmdlets that start nodes are told about it.

using System.Management.Automation;
using Kv.PowerShell.Cluster;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that start local nodes.</summary>
public abstract class NodeStartCommandBase : NodeSelectionCommandBase
{
    private const int TimeoutDefault = 30;

    /// <summary>The kvnode program; without it KVNODE, the folder next to the module's, or the PATH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NodePath { get; set; }

    /// <summary>Further flags for the program.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[]? ArgumentList { get; set; }

    /// <summary>Seconds to wait for the nodes to be ready.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = TimeoutDefault;

    /// <summary>Emit the nodes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <exception cref="Errors.KvNodeException">The program was not found.</exception>
    private protected NodeStarter Starter()
    {
        var program = NodeProgram.Find(this, NodePath);
        WriteVerbose($"The program is {program}.");
        return new NodeStarter(this, program, ArgumentList ?? [], TimeoutSec);
    }
}
