// What cmdlets that take locks share: a lease of their own unless one is given, and waiting in line for
// as long as it takes unless a limit is given.

using System;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that take locks.</summary>
public abstract class LockCommandBase : KvConnectedCommandBase
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>The name of the lock.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>How long the lock outlives a session that is gone: a time, or a number of seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateTimeToLive]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Takes the lock; whoever gets it gives it back with <see cref="Release"/>.</summary>
    private protected KvLock Take(long givenLease)
    {
        var keeper = givenLease > 0 ? null : Send((client, call) => OwnedLease.GrantAsync(client, TimeToLive, call));
        var isTaken = false;
        try
        {
            var leaseId = keeper?.LeaseId ?? givenLease;
            var key = Send((client, call) => client.LockAsync(Name, leaseId, call), GivenTimeout ?? Patience);
            isTaken = true;
            return new KvLock(Name, key, leaseId, keeper);
        }
        catch (KvTimeoutException failure)
        {
            throw new KvTimeoutException($"The lock '{Name}' was not free in time.", failure) { Code = failure.Code, Endpoint = failure.Endpoint };
        }
        finally
        {
            if (!isTaken && keeper is not null)
            {
                keeper.Dispose();
                OwnedLease.End(Used.Client, keeper.LeaseId, Stop);
            }
        }
    }

    /// <summary>Gives a lock back, also while the command is being stopped.</summary>
    private protected void Release(KvLock held)
    {
        held.Release();
        if (held.OwnsLease)
        {
            OwnedLease.End(Used.Client, held.LeaseId, Stop);
        }
        else
        {
            Send((client, call) => client.UnlockAsync(held.RawKey, call));
        }
    }
}
