// What cmdlets that take locks share.

using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that take locks.</summary>
public abstract class LockCommandBase : QueueCommandBase
{
    /// <summary>The name of the lock.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    private string Late => $"The lock '{Name}' was not free in time.";

    /// <summary>Takes the lock, on the lease given or, if that is 0, on one of its own.</summary>
    private protected KvLock Take(long givenLease)
    {
        if (givenLease > 0)
        {
            return new KvLock(Name, AwaitTurn(givenLease, LockAsync, Late), givenLease, null);
        }

        var (key, keeper) = AwaitTurn(LockAsync, Late);
        return new KvLock(Name, key, keeper.Lease.Id, keeper);
    }

    private Task<LockKey> LockAsync(KvClient client, long lease, KvCall call) => client.LockAsync(Name, lease, call);
}
