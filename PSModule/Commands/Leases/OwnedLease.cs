// A lease a cmdlet grants for what it does, renews meanwhile, and ends when it is done.

using System;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

internal static class OwnedLease
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StoppedWait = TimeSpan.FromMilliseconds(300);

    public static async Task<LeaseKeeper> GrantAsync(KvClient client, TimeSpan life, KvCall call)
    {
        var lease = await client.LeaseGrantAsync(life, 0, call).ConfigureAwait(false);
        return new LeaseKeeper(client, lease.Id, TimeSpan.FromSeconds(lease.Ttl));
    }

    /// <summary>Ends a lease, also while the command is being stopped; if that does not work out it ends by
    /// itself.</summary>
    public static void End(KvClient client, long leaseId, CancellationToken stop)
    {
        var ending = EndAsync();
        ending.Wait(stop.IsCancellationRequested ? StoppedWait : EndLimit);

        async Task EndAsync()
        {
            try
            {
                await client.LeaseRevokeAsync(leaseId, new KvCall(EndLimit, CancellationToken.None)).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is KvException or ObjectDisposedException)
            {
                // Nobody renews it any more, so the server ends it.
            }
        }
    }
}
