// Cmdlets that are about a cluster as a whole: the connection is what they are given and piped.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that need nothing but a connection.</summary>
public abstract class KvClusterCommandBase : KvConnectedCommandBase
{
    /// <summary>The connection to use; without it, the runspace's default one.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public override KvConnection? Connection { get; set; }

    /// <summary>Nothing: a piped connection is not there yet.</summary>
    protected override void BeginProcessing()
    {
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Use();
        try
        {
            Act();
        }
        catch (KvException failure)
        {
            Report(failure, Used);
        }
    }

    private protected abstract void Act();
}
