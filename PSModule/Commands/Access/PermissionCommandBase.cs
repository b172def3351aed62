// What granting and revoking permissions share: which roles, and which keys.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Completion;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that change what roles permit.</summary>
public abstract class PermissionCommandBase : KvConnectedCommandBase
{
    /// <summary>Names of roles.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvRoleCompleter))]
    public string[] Role { get; set; } = [];

    /// <summary>The key; with -Prefix, the beginning of the keys. No wildcards.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Key")]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Prefix")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(KvKeyCompleter))]
    public string Key { get; set; } = string.Empty;

    /// <summary>All keys that begin with -Key; an empty -Key means all keys.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prefix")]
    public SwitchParameter Prefix { get; set; }

    /// <summary>The first key of an interval.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Range")]
    public string From { get; set; } = string.Empty;

    /// <summary>The first key after the interval; without it there is no end.</summary>
    [Parameter(ParameterSetName = "Range")]
    [AllowNull]
    public string? To { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var keys = Prefix ? KeyRange.Prefix(Key)
            : ParameterSetName == "Range" ? KeyRange.Interval(From, To)
            : KeyRange.Single(Key);
        ForEach(Role, role => Change(role, keys));
    }

    private protected abstract void Change(string role, KeyRange keys);
}
