// Get-KvClusterStatus: members, leader and alarms in one object.

using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Gets the health of the cluster.</summary>
[Cmdlet(VerbsCommon.Get, "KvClusterStatus")]
[OutputType(typeof(KvClusterStatus))]
public sealed class GetKvClusterStatusCommand : KvClusterCommandBase
{
    private protected override void Act() => WriteObject(Send((client, call) => ReadAsync(Used, client, call)));

    internal static async Task<KvClusterStatus> ReadAsync(KvConnection connection, KvClient client, KvCall call)
    {
        var members = await MemberSurvey.AskAsync(client, call).ConfigureAwait(false);
        return new KvClusterStatus(connection, members, await GetKvAlarmCommand.ReadAsync(client, call).ConfigureAwait(false));
    }
}
