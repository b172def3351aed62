// Cmdlets that wait in line for a lock or an election: on a lease of their own, which ends if the wait
// does, and for as long as it takes unless a limit is given.

using System;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that wait in line.</summary>
public abstract class QueueCommandBase : KvConnectedCommandBase
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>How long what is won outlives a session that is gone: a time, or a number of seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateTimeToLive]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits on a new lease, which the caller then keeps.</summary>
    private protected (T Won, LeaseKeeper Keeper) AwaitTurn<T>(Func<KvClient, long, KvCall, Task<T>> request, string late)
    {
        var keeper = Send((client, call) => LeaseKeeper.GrantAsync(client, TimeToLive, call));
        var isWon = false;
        try
        {
            var won = AwaitTurn(keeper.Lease.Id, request, late);
            isWon = true;
            return (won, keeper);
        }
        finally
        {
            if (!isWon)
            {
                keeper.End(WriteVerbose, Stop);
            }
        }
    }

    /// <summary>Waits on a lease that is there.</summary>
    private protected T AwaitTurn<T>(long lease, Func<KvClient, long, KvCall, Task<T>> request, string late)
    {
        try
        {
            return Send((client, call) => request(client, lease, call), GivenTimeout ?? Patience);
        }
        catch (KvTimeoutException failure)
        {
            throw new KvTimeoutException(late, failure) { Code = failure.Code, Endpoint = failure.Endpoint };
        }
    }
}
