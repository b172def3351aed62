// The lease a contender stands with. A caller that names none is given one of a minute, as in etcd; while
// it waits nobody but this node knows that lease, so the node renews it, and ends it if the caller does
// not get what it waited for.
using Kv.Core.Auth;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Protos;

namespace Kv.Node.Concurrency;

/// <summary>A caller's lease, or one granted for it. Disposal ends the latter, unless it was handed
/// over.</summary>
internal sealed class SessionLease : IAsyncDisposable
{
    /// <summary>Time to live of a lease granted for a caller, seconds.</summary>
    private const long GrantedTtl = 60;

    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(GrantedTtl / 3.0);

    private readonly NodeEngine _engine;
    private readonly LeaseCalls? _granted;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private bool _isHandedOver;

    private SessionLease(long id, NodeEngine engine, LeaseCalls? granted)
    {
        (Id, _engine, _granted) = (id, engine, granted);
        _renewing = granted is null ? Task.CompletedTask : RenewAsync();
    }

    public long Id { get; }

    /// <param name="engine">Renews.</param>
    /// <param name="leases">Grants and revokes.</param>
    /// <param name="id">The caller's lease; 0 if it has none.</param>
    /// <param name="caller">Who it is for.</param>
    /// <param name="token">The caller.</param>
    /// <exception cref="EtcdException">The grant failed.</exception>
    public static async ValueTask<SessionLease> OpenAsync(
        NodeEngine engine, LeaseCalls leases, long id, Caller caller, CancellationToken token)
    {
        if (id != 0)
        {
            return new SessionLease(id, engine, granted: null);
        }

        var grant = await leases.GrantAsync(new LeaseGrantRequest { TTL = GrantedTtl }, caller, token);
        return new SessionLease(grant.ID, engine, leases);
    }

    /// <summary>The caller gets to know the lease: it is its own from now on.</summary>
    public void HandOver() => _isHandedOver = true;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        _ended.Dispose();
        if (_granted is null || _isHandedOver)
        {
            return;
        }

        try
        {
            await _granted.RevokeAsync(new LeaseRevokeRequest { ID = Id }, Caller.Node, CancellationToken.None);
        }
        catch (EtcdException)
        {
            // It is gone already, or there is no quorum: then it ends by itself.
        }
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(RenewalInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                await TryRenewAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The caller has its answer.
        }
    }

    private async Task TryRenewAsync()
    {
        try
        {
            await _engine.Leases.RenewAsync(Id, _ended.Token);
        }
        catch (EtcdException)
        {
            // No leader at the moment; a new one gives every lease its full time.
        }
    }
}
