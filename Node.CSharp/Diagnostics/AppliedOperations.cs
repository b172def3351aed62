// Counts what a batch of entries did to the key space, so that every member's counters say what it has
// applied, as etcd's do. One pass over the replies, one addition to each counter a batch.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Prometheus;

namespace Kv.Node.Diagnostics;

/// <summary>A tally of key space operations.</summary>
internal struct AppliedOperations
{
    public int Ranges { get; private set; }

    public int Puts { get; private set; }

    public int Deletes { get; private set; }

    /// <summary>Transactions of more than one operation.</summary>
    public int Txns { get; private set; }

    public int LeaseGrants { get; private set; }

    public int LeaseEnds { get; private set; }

    public int PutCommands { get; private set; }

    public int DeleteCommands { get; private set; }

    public int TxnCommands { get; private set; }

    /// <summary>The tally of a batch.</summary>
    public static AppliedOperations Of(IReadOnlyList<Outcome> outcomes)
    {
        var tally = default(AppliedOperations);
        for (var i = 0; i < outcomes.Count; i++)
        {
            tally.Add(outcomes[i].Reply);
        }

        return tally;
    }

    /// <summary>The tally of one transaction.</summary>
    public static AppliedOperations Of(TxnReply reply)
    {
        var tally = default(AppliedOperations);
        tally.Add(reply);
        return tally;
    }

    private void Add(Reply? reply)
    {
        switch (reply)
        {
            case PutReply:
                Puts++;
                PutCommands++;
                break;
            case DeleteReply:
                Deletes++;
                DeleteCommands++;
                break;
            case TxnReply txn:
                var before = Ranges + Puts + Deletes;
                AddInner(txn);
                TxnCommands++;
                Txns += Ranges + Puts + Deletes - before > 1 ? 1 : 0;
                break;
            case LeaseReply:
                LeaseGrants++;
                break;
            case LeaseEndReply end:
                LeaseEnds++;
                Deletes += (int)end.KeysDeleted;
                break;
            default:
                break;
        }
    }

    private void AddInner(TxnReply txn)
    {
        foreach (var reply in txn.Replies)
        {
            switch (reply)
            {
                case RangeReply:
                    Ranges++;
                    break;
                case PutReply:
                    Puts++;
                    break;
                case DeleteReply:
                    Deletes++;
                    break;
                case TxnReply nested:
                    AddInner(nested);
                    break;
                default:
                    break;
            }
        }
    }
}
