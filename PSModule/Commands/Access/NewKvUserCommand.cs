// New-KvUser: a user with a password, or one that is known by its certificate only.

using System.Management.Automation;
using System.Net;
using System.Security;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Adds a user.</summary>
[Cmdlet(VerbsCommon.New, "KvUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = "Password")]
[OutputType(typeof(KvUser))]
public sealed class NewKvUserCommand : KvConnectedCommandBase
{
    /// <summary>The user's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Password", ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NoPassword", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The user's password.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Password", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The user's name and password.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Credential", ValueFromPipeline = true)]
    [Credential]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>The user cannot log in by password, only be known by the name in its certificate.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NoPassword")]
    public SwitchParameter NoPassword { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var name = Credential?.UserName ?? Name;
        if (!ShouldProcess($"user '{name}'", "Add"))
        {
            return;
        }

        try
        {
            var request = new UserRequest
            {
                Name = name,
                Password = NoPassword ? null : new NetworkCredential(string.Empty, Credential?.Password ?? Password).Password,
                Options = NoPassword ? new UserOptions { NoPassword = true } : null,
            };
            Send((client, call) => client.AuthChangeAsync("user/add", request, call));
            WriteObject(new KvUser(name, []));
        }
        catch (KvException failure)
        {
            Report(failure, name);
        }
    }
}
