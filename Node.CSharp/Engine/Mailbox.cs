// The raft loop's post box: many threads put, the loop takes everything at once. Proposals and
// messages are bounded, so a flood costs callers an error or a lost message, never the heap.
using System.Collections.Concurrent;
using Kv.Core.Raft;

namespace Kv.Node.Engine;

/// <summary>What waits for the raft loop.</summary>
internal sealed class Mailbox
{
    /// <summary>Most peer messages waiting; more are dropped, which Raft repairs.</summary>
    private const int MessagesMax = 16_384;

    private readonly ConcurrentQueue<Input> _inputs = new();
    private readonly ConcurrentQueue<LoopProposal> _proposals = new();
    private readonly ConcurrentQueue<MembershipProposal> _changes = new();
    private int _ticks;

    public WorkSignal Signal { get; } = new();

    /// <summary>Puts an input that must not be lost.</summary>
    public void Post(Input input)
    {
        _inputs.Enqueue(input);
        Wake();
    }

    /// <summary>Puts an input that is soon dealt with, and deals with it if the loop lies idle.</summary>
    public void PostAndVisit(Input input)
    {
        _inputs.Enqueue(input);
        Signal.SetAndVisit();
    }

    /// <summary>Puts a peer's message; false if it was dropped because too many wait.</summary>
    public bool PostMessage(Message message)
    {
        if (_inputs.Count >= MessagesMax)
        {
            return false;
        }

        if (IsSoonDone(message.Body))
        {
            PostAndVisit(Input.NewReceived(message));
        }
        else
        {
            Post(Input.NewReceived(message));
        }

        return true;
    }

    /// <summary>Puts a proposal. The caller bounds how many it has pending.</summary>
    /// <param name="proposal">The proposal.</param>
    /// <param name="visits">Nearly nobody else proposes: take it to the log at once. Among many, the
    /// loop makes one batch of theirs.</param>
    public void Propose(LoopProposal proposal, bool visits)
    {
        _proposals.Enqueue(proposal);
        if (visits)
        {
            Signal.SetAndVisit();
        }
        else
        {
            Wake();
        }
    }

    /// <summary>Puts a change of the membership.</summary>
    public void Propose(MembershipProposal change)
    {
        _changes.Enqueue(change);
        Wake();
    }

    /// <summary>Counts one tick.</summary>
    public void Tick()
    {
        Interlocked.Increment(ref _ticks);
        Wake();
    }

    /// <summary>Wakes the loop without an input.</summary>
    public void Wake() => Signal.Set();

    /// <summary>Lets the loop look for readers.</summary>
    public void WakeForReads() => Signal.SetAndVisit();

    /// <summary>Takes the next input, if any.</summary>
    public bool TryTake(out Input input) => _inputs.TryDequeue(out input!);

    /// <summary>Takes the next proposal, if any.</summary>
    public bool TryTakeProposal(out LoopProposal proposal) => _proposals.TryDequeue(out proposal);

    /// <summary>Takes the next change of the membership, if any.</summary>
    public bool TryTakeChange(out MembershipProposal change) => _changes.TryDequeue(out change!);

    /// <summary>The proposals that wait now.</summary>
    public IReadOnlyCollection<LoopProposal> WaitingProposals => _proposals;

    // What keeps a caller waiting somewhere, and is little work.
    private static bool IsSoonDone(MessageBody body) => body switch
    {
        MessageBody.Append append => append.Entries.Length <= WorkSignal.FewEntries,
        MessageBody.Propose propose => propose.Payloads.Length <= WorkSignal.FewEntries,
        _ => body.IsAppendAccepted || body.IsHeartbeat || body.IsHeartbeatResponse
            || body.IsReadIndexRequest || body.IsReadIndexResponse,
    };

    /// <summary>Takes the ticks counted since the last call.</summary>
    public int TakeTicks() => Interlocked.Exchange(ref _ticks, 0);
}
