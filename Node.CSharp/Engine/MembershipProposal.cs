// A change of the membership on its way into the raft loop. It is checked there, in the turn that
// appends it: nothing can come between the check and the log.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

/// <summary>One attempt to change the membership.</summary>
/// <param name="decide">Says what to append, from the Raft status of this very turn; throws what the
/// caller is to be told.</param>
internal sealed class MembershipProposal(Func<RaftStatus, MembershipPlan> decide)
{
    private readonly TaskCompletionSource<ValueTask<Outcome>> _taken = Promise.New<ValueTask<Outcome>>();

    /// <summary>Completes when the loop has looked at it, with the wait for its outcome, which must be
    /// awaited once. Fails with what <c>decide</c> threw, or with the reason of a refusal.</summary>
    public Task<ValueTask<Outcome>> Taken => _taken.Task;

    /// <summary>What was decided to be appended.</summary>
    public MembershipPlan? Plan { get; private set; }

    /// <summary>Decides; called on the raft loop.</summary>
    public MembershipPlan Decide(RaftStatus status) => Plan = decide(status);

    /// <summary>It was handed to Raft.</summary>
    public void Accept(ValueTask<Outcome> outcome) => _taken.SetResult(outcome);

    /// <summary>It was not, and will not be.</summary>
    public void Fail(Exception error) => _taken.SetException(error);
}
