// Clear-KvAlarm: clears alarms whose cause is gone. A cause that remains raises its alarm again.

using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Clears alarms.</summary>
[Cmdlet(VerbsCommon.Clear, "KvAlarm", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class ClearKvAlarmCommand : KvConnectedCommandBase
{
    /// <summary>The alarms to clear, from Get-KvAlarm; without it all that are raised.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public KvAlarm[]? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEach(InputObject ?? All(), alarm =>
    {
        if (ShouldProcess(alarm.ToString(), "Clear"))
        {
            Send((client, call) => client.AlarmClearAsync(alarm.MemberId, alarm.Type, call));
        }
    });

    private KvAlarm[] All()
    {
        try
        {
            return Send(GetKvAlarmCommand.ReadAsync);
        }
        catch (KvException failure)
        {
            End(failure, Used);
            throw;
        }
    }
}
