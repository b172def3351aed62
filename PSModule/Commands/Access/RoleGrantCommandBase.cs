// What granting and revoking roles share: which roles, and which users.

using System.Management.Automation;
using Kv.PowerShell.Completion;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that change which roles users have.</summary>
public abstract class RoleGrantCommandBase : KvConnectedCommandBase
{
    /// <summary>Names of roles.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvRoleCompleter))]
    public string[] Role { get; set; } = [];

    /// <summary>Names of users.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvUserCompleter))]
    public string[] UserName { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        ForEach(UserName, user => ForEach(Role, role => Change(user, role)));

    private protected abstract void Change(string user, string role);
}
