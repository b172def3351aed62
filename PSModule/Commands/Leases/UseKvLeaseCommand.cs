// Use-KvLease: runs a script with a lease that is renewed meanwhile, and ends it however the script ends.

using System;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Runs a script with a lease.</summary>
[Cmdlet(VerbsOther.Use, "KvLease")]
[OutputType(typeof(PSObject))]
public sealed class UseKvLeaseCommand : KvConnectedCommandBase
{
    /// <summary>How long it outlives a session that is gone: a time, or a number of seconds.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SecondsTransformation]
    [ValidateTimeToLive]
    public TimeSpan TimeToLive { get; set; }

    /// <summary>What to do; it gets the lease as its first parameter.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        LeaseKeeper keeper;
        try
        {
            keeper = Send((client, call) => LeaseKeeper.GrantAsync(client, TimeToLive, call));
        }
        catch (KvException failure)
        {
            Report(failure, null);
            return;
        }

        var lease = new KvLease(keeper.Lease);
        var wasKept = false;
        try
        {
            ScriptScope.Run(this, ScriptBlock!, lease);
            wasKept = !keeper.IsLost;
        }
        finally
        {
            keeper.End(WriteVerbose, Stop);
        }

        if (!wasKept)
        {
            Report(
                new KvConnectionException(
                    KvErrorId.LeaseLost, ErrorCategory.ResourceUnavailable, $"The lease {lease} ended while the script ran, and its keys with it."),
                lease);
        }
    }
}
