// Keeping leases alive. A renewal counts only once a quorum has confirmed that this member leads, or a
// deposed leader would promise time that its successor knows nothing of.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Grpc;

namespace Kv.Node.Leases;

internal sealed partial class LeaseKeeper
{
    /// <summary>Renews a lease at the leader.</summary>
    /// <returns>The granted time to live in seconds, or 0 if there is no such lease (L4).</returns>
    /// <exception cref="EtcdException">No leader, it did not answer in time, or too many renewals wait.</exception>
    public Task<long> RenewAsync(long id, CancellationToken token) => _renewals.RenewAsync(id).WaitAsync(token);

    /// <summary>Renews leases if this member leads.</summary>
    /// <returns>For each the granted time to live in seconds, or 0 if there is no such lease; null if this
    /// member does not time leases, or cannot make sure that it still should.</returns>
    public async Task<long[]?> RenewHereAsync(long[] ids, CancellationToken token)
    {
        if (!await IsConfirmedAsync(token))
        {
            return null;
        }

        var granted = new long[ids.Length];
        HashSet<Task<bool>>? ending = null;
        List<(LeaseTimer Timer, long Stored)>? stored = null;
        ulong term;
        lock (_lock)
        {
            if (!_isTiming)
            {
                return null;
            }

            term = _leaderTerm;
            var now = NowMs();
            for (var i = 0; i < ids.Length; i++)
            {
                if (_clock.Find(ids[i]) is not { } timer)
                {
                    continue;
                }

                if (timer.Ending is { } revocation)
                {
                    (ending ??= []).Add(revocation);
                    continue;
                }

                _clock.Renew(timer, now);
                granted[i] = timer.TtlSeconds;
                if (timer.Stored != 0)
                {
                    (stored ??= []).Add((timer, timer.Stored));
                }
            }
        }

        _metrics.LeasesRenewed.Inc(granted.Count(ttl => ttl > 0));
        return (stored is null || await TakeBackAsync(stored, term))
            && (ending is null || (await Task.WhenAll(ending).WaitAsync(token)).All(hasEnded => hasEnded))
            ? granted
            : null;
    }

    private Task<long[]> RenewManyAsync(long[] ids) =>
        _engine.AskLeaderAsync(
            token => RenewHereAsync(ids, token),
            (peers, leader, token) => peers.RenewLeasesAsync(leader, ids, token),
            CancellationToken.None).AsTask();

    /// <summary>Takes back what checkpoints say about leases that have their full time again.</summary>
    private async Task<bool> TakeBackAsync(List<(LeaseTimer Timer, long Stored)> renewed, ulong term)
    {
        var ids = renewed.Select(item => item.Timer.Id).ToArray();
        if (await ProposeAsync(Command.NewLeaseCheckpoint(ids, new long[ids.Length]), term) is null)
        {
            return false;
        }

        lock (_lock)
        {
            foreach (var (timer, stored) in renewed)
            {
                // Another checkpoint may have been proposed behind this.
                if (timer.Stored == stored)
                {
                    timer.Stored = 0;
                }
            }
        }

        return true;
    }

    /// <summary>Proposes for the leader of a term.</summary>
    /// <returns>What came of it; null if nothing did, as far as is known: leadership was lost, the
    /// proposal timed out, an alarm forbids it.</returns>
    private async Task<Reply?> ProposeAsync(Command command, ulong term)
    {
        try
        {
            return (await _engine.ProposeAsLeaderAsync(command, term)).Reply;
        }
        catch (EtcdException)
        {
            return null;
        }
    }
}
