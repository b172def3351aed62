// What Get-Content and Set-Content take on a drive beside their own parameters.

using System.Management.Automation;

namespace Kv.PowerShell.Provider;

/// <summary>Parameters of Get-Content and Set-Content.</summary>
public sealed class ContentParameters
{
    /// <summary>The value as bytes, one by one.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>The value as the object its JSON describes.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }
}
