// Changes of the membership, from the request to its outcome: they go to the leader, wherever it is;
// there they take their turn, one after the other. A leader that is to be removed hands over first, so
// that nobody waits for an election.
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Grpc;
using Kv.Node.Peers;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

/// <summary>Changes the membership.</summary>
internal sealed class MembershipKeeper(
    NodeEngine engine, MembershipRules rules, Mailbox mailbox, NodeMetrics metrics, TimeProvider clock, TimeSpan retryAfter)
{
    /// <summary>Changes take theirs one after the other.</summary>
    private readonly Turns _turns = new();

    /// <summary>Has a change made by the leader.</summary>
    /// <exception cref="EtcdException">It is not allowed, or was not applied in time: then it may still
    /// be.</exception>
    public async ValueTask<MembershipResult> ChangeAsync(MembershipRequest request, CancellationToken token)
    {
        using var bounded = engine.BoundedBy(token);
        try
        {
            while (true)
            {
                if (await ChangeHereAsync(request, bounded.Token) is { } made)
                {
                    return made;
                }

                var result = await engine.AskLeaderOnceAsync(
                    (peers, leader, limit) => peers.ChangeMembershipAsync(leader, request, limit), bounded.Token);
                if (result is not null)
                {
                    await SeeAsync(request, bounded.Token);
                    return result;
                }

                await Task.Delay(retryAfter, clock, bounded.Token);
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw engine.TimeoutError();
        }
    }

    /// <summary>Makes a change if this member leads.</summary>
    /// <returns>Null, and nothing has happened, if another member leads.</returns>
    /// <exception cref="EtcdException">As <see cref="ChangeAsync"/>.</exception>
    public async Task<MembershipResult?> ChangeHereAsync(MembershipRequest request, CancellationToken token)
    {
        if (engine.Leader != engine.MemberId)
        {
            return null;
        }

        await _turns.TakeAsync(token);
        try
        {
            while (engine.Leader == engine.MemberId)
            {
                try
                {
                    if (request.Action == MembershipAction.Remove && request.Id == engine.MemberId)
                    {
                        // Not for a request that will be refused. A leader never removes itself: it leaves as soon as
                        // that is committed, and of two members the other could not know, and would wait for it.
                        rules.Decide(request, engine.State, engine.Raft);
                        await engine.HandOverAsync();
                        await Task.Delay(retryAfter, clock, token);
                        continue;
                    }

                    return request.Action == MembershipAction.Promote
                        ? await PromoteAsync(request, token)
                        : await ProposeAsync(request, token);
                }
                catch (ChangeRefusedException refused)
                {
                    ThrowIfFinal(refused.Reason);
                }

                await Task.Delay(retryAfter, clock, token);
            }

            return null;
        }
        finally
        {
            _turns.End();
        }
    }

    /// <summary>Waits until a change that the leader made is seen here, so that who asks here next sees it too, as
    /// with etcd. A member that was removed may never see it.</summary>
    private async Task SeeAsync(MembershipRequest request, CancellationToken token)
    {
        if (request.Action == MembershipAction.Remove && request.Id == engine.MemberId)
        {
            return;
        }

        try
        {
            await engine.ReadAsync(token).AsTask().WaitAsync(token);
        }
        catch (Exception error) when (error is EtcdException or OperationCanceledException)
        {
            // The change is made, whatever became of this look at it.
        }
    }

    /// <summary>Impossible for Raft, though allowed by the rules, is only the removal of the last voter
    /// when the strict checks are off.</summary>
    private static void ThrowIfFinal(Refusal reason)
    {
        switch (reason)
        {
            case Refusal.InvalidChange:
                throw EtcdErrors.MemberNotEnoughStarted;
            case Refusal.Removed:
                throw EtcdErrors.Stopped;
            case Refusal.NoLeader or Refusal.Transferring or Refusal.ChangePending or Refusal.Overloaded:
            default:
                break;
        }
    }

    private async Task<MembershipResult> PromoteAsync(MembershipRequest request, CancellationToken token)
    {
        try
        {
            var result = await ProposeAsync(request, token);
            metrics.LearnerPromotions.Inc();
            return result;
        }
        catch (EtcdException error)
        {
            metrics.LearnerPromotionFailures.WithLabels(error.Message).Inc();
            throw;
        }
    }

    private async Task<MembershipResult> ProposeAsync(MembershipRequest request, CancellationToken token)
    {
        var proposal = new MembershipProposal(raft => rules.Decide(request, engine.State, raft));
        mailbox.Propose(proposal);
        var outcome = await (await proposal.Taken.WaitAsync(token)).AsTask().WaitAsync(token);
        StoreErrors.ThrowIfAny(outcome.Error);
        return new MembershipResult(engine.State.Members, proposal.Plan!.AddedId);
    }
}
