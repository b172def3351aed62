// Test-KvConnection: whether a connection works now: whether a majority serves reads through it.

using System.Management.Automation;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

/// <summary>Tells whether a connection works.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KvConnection")]
[OutputType(typeof(bool))]
public sealed class TestKvConnectionCommand : KvClusterCommandBase
{
    private protected override void Act()
    {
        try
        {
            Send(static (client, call) => client.RangeAsync(new RangeRequest { Key = [0], KeysOnly = true }, call));
            WriteObject(true);
        }
        catch (KvAuthorizationException refusal) when (refusal.ErrorId == KvErrorId.PermissionDenied)
        {
            // Who may not read this key was served and known all the same.
            WriteObject(true);
        }
        catch (KvException failure)
        {
            WriteVerbose(failure.Message);
            WriteObject(false);
        }
    }
}
