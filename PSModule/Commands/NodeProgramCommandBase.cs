// Cmdlets that have the kvnode program do something for them.

using System.Collections.Generic;
using System.Management.Automation;
using Kv.PowerShell.Cluster;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that run the kvnode program to its end.</summary>
public abstract class NodeProgramCommandBase : KvCommandBase
{
    /// <summary>The kvnode program; without it KVNODE, the folder next to the module's, or the PATH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NodePath { get; set; }

    /// <summary>The full path of the program.</summary>
    /// <exception cref="Errors.KvNodeException">It was not found.</exception>
    private protected string Program => NodeProgram.Find(this, NodePath);

    /// <summary>Runs the program; gives what it printed.</summary>
    /// <exception cref="Errors.KvNodeException">It failed: with this id and its own words.</exception>
    private protected string RunProgram(string errorId, IEnumerable<string> arguments) =>
        Wait(NodeTool.RunAsync(Program, arguments, errorId, Stop));
}
