// Get-KvAlarm: the alarms raised.

using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets the alarms raised.</summary>
[Cmdlet(VerbsCommon.Get, "KvAlarm")]
[OutputType(typeof(KvAlarm))]
public sealed class GetKvAlarmCommand : KvClusterCommandBase
{
    private protected override void Act() => WriteObject(Send(ReadAsync), true);

    internal static async Task<KvAlarm[]> ReadAsync(KvClient client, KvCall call)
    {
        var alarms = (await client.AlarmListAsync(call).ConfigureAwait(false)).Alarms;
        return alarms.Length == 0
            ? []
            : KvAlarm.From(alarms, (await client.MemberListAsync(call).ConfigureAwait(false)).Members);
    }
}
