// Set-KvUser: gives a user another password.

using System.Management.Automation;
using System.Net;
using System.Security;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Completion;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

/// <summary>Changes a user's password.</summary>
[Cmdlet(VerbsCommon.Set, "KvUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = "Password")]
[OutputType(typeof(void))]
public sealed class SetKvUserCommand : KvConnectedCommandBase
{
    /// <summary>The user's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Password", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KvUserCompleter))]
    public string Name { get; set; } = string.Empty;

    /// <summary>The password from now on.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Password", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The user's name, and its password from now on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Credential", ValueFromPipeline = true)]
    [Credential]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var name = Credential?.UserName ?? Name;
        if (!ShouldProcess($"user '{name}'", "Change the password"))
        {
            return;
        }

        try
        {
            var request = new UserRequest
            {
                Name = name,
                Password = new NetworkCredential(string.Empty, Credential?.Password ?? Password).Password,
            };
            Send((client, call) => client.AuthChangeAsync("user/changepw", request, call));
        }
        catch (KvException failure)
        {
            Report(failure, name);
        }
    }
}
