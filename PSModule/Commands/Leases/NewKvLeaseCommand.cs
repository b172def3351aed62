// New-KvLease: a lease that ends by itself unless it is renewed.

using System;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Grants a lease.</summary>
[Cmdlet(VerbsCommon.New, "KvLease", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(KvLease))]
public sealed class NewKvLeaseCommand : KvConnectedCommandBase
{
    /// <summary>How long it lives after each renewal: a time, or a number of seconds. The server may make
    /// it longer.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SecondsTransformation]
    [ValidateTimeToLive]
    public TimeSpan TimeToLive { get; set; }

    /// <summary>The id it is to have; without it the server chooses one.</summary>
    [Parameter]
    [IdTransformation]
    [ValidateRange(1, long.MaxValue)]
    public long LeaseId { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess($"lease of {TimeToLive}", "Grant"))
        {
            return;
        }

        try
        {
            WriteObject(new KvLease(Send((client, call) => client.LeaseGrantAsync(TimeToLive, LeaseId, call))));
        }
        catch (KvException failure)
        {
            Report(failure, LeaseId == 0 ? null : LeaseId);
        }
    }
}
