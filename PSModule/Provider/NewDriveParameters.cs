// What New-PSDrive takes beside its own parameters.

using System.Management.Automation;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Provider;

/// <summary>Parameters of New-PSDrive.</summary>
public sealed class NewDriveParameters
{
    /// <summary>The connection the drive uses; without it, the runspace's default one of now.</summary>
    [Parameter]
    [ValidateNotNull]
    public KvConnection? Connection { get; set; }
}
