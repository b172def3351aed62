// Handing leadership to another member: because a client asks for it, or because this one stops.
using Kv.Core.Raft;
using Kv.Node.Grpc;

namespace Kv.Node.Engine;

internal sealed partial class NodeEngine
{
    /// <summary>Hands leadership to a voter and returns when it leads (M11).</summary>
    /// <param name="target">Its member id; this member itself is no change.</param>
    /// <param name="token">Gives up waiting; the transfer may still happen.</param>
    /// <exception cref="EtcdException">This member does not lead, the target is no voter, or it did not
    /// come to lead within the request timeout.</exception>
    internal async Task MoveLeaderAsync(ulong target, CancellationToken token)
    {
        if (Leader != MemberId)
        {
            throw EtcdErrors.NotLeader;
        }

        if (!State.Members.Any(member => member.Id == target && !member.IsLearner))
        {
            throw EtcdErrors.BadLeaderTransferee;
        }

        if (target != MemberId)
        {
            await StoreLeasesAsync();
        }

        var started = _clock.GetTimestamp();
        while (Leader != target)
        {
            if (_stopped)
            {
                throw EtcdErrors.Stopped;
            }

            if (_clock.GetElapsedTime(started) >= RequestTimeout)
            {
                throw EtcdErrors.TimeoutLeaderTransfer;
            }

            if (Leader == MemberId)
            {
                // Raft drops a transfer that takes an election timeout; asking again for one that is
                // under way changes nothing.
                _mailbox.Post(Input.NewTransferRequested(target));
            }

            await Task.Delay(_options.HeartbeatInterval, _clock, token);
        }
    }

    /// <summary>Hands leadership to another member if this one leads; gives up after an election
    /// timeout.</summary>
    public async Task HandOverAsync()
    {
        var status = Raft;
        var heir = status.Followers
            .Where(f => f.Node != MemberId && !f.IsLearner && f.IsRecentlyActive)
            .OrderByDescending(f => f.Match)
            .Select(f => f.Node)
            .FirstOrDefault();
        if (status.Role != Role.Leader)
        {
            return;
        }

        await StoreLeasesAsync();
        if (heir == 0)
        {
            return;
        }

        _mailbox.Post(Input.NewTransferRequested(heir));
        var deadline = _clock.GetTimestamp();
        while ((Leader == MemberId || Leader == 0) && _clock.GetElapsedTime(deadline) < _options.ElectionTimeout * 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _clock);
        }
    }

    /// <summary>Gives the next leader the time leases have left, as far as that takes no longer than an
    /// election.</summary>
    private async Task StoreLeasesAsync()
    {
        using var limit = new CancellationTokenSource(_options.ElectionTimeout, _clock);
        await Leases.StoreAllAsync(limit.Token);
    }
}
