// Transactions: all compare targets, over keys and ranges, nested up to three levels, with reads
// before, between and after writes.
using Etcdserverpb;
using Google.Protobuf.Collections;
using static Etcdserverpb.Compare.Types;

namespace Differential.Generate;

/// <summary>Makes transactions.</summary>
internal sealed class TxnRequests(SplitMix random, Alphabet alphabet, KvRequests kv)
{
    private const int DepthMax = 3;

    /// <summary>Limit of both servers, --max-txn-ops.</summary>
    private const int OperationsMax = 128;

    /// <summary>Any transaction.</summary>
    public TxnRequest Txn()
    {
        // A deletion without an end does not count as touching what is put beside it. But etcd dies of a
        // put that then keeps the value or the lease of a key that is gone, and of a compaction at a
        // revision that deleted and put a key: here such puts stay below such deletions.
        var deletesOpenly = random.Chance(15);
        return Txn(depth: 1, onlyReads: random.Chance(20), deletesOpenly);
    }

    /// <summary>A transaction without nested ones.</summary>
    public TxnRequest Flat() => Txn(DepthMax, onlyReads: false, deletesOpenly: false);

    /// <summary>A transaction of which etcd 3.5.16 checks all that a caller needs leave for: not nested
    /// (CVE-2026-33343), and with no puts that read or attach (CVE-2026-44283).</summary>
    public TxnRequest Plain()
    {
        var request = Flat();
        foreach (var put in request.Success.Concat(request.Failure).Select(operation => operation.RequestPut).OfType<PutRequest>())
        {
            put.PrevKv = false;
            put.Lease = 0;
        }

        return request;
    }

    /// <summary>A transaction with too many operations, here or counted with a nested one.</summary>
    public TxnRequest TooLong()
    {
        var request = new TxnRequest();
        var length = random.Pick(OperationsMax, OperationsMax + 1, 100);
        for (var i = 0; i < length; i++)
        {
            request.Success.Add(new RequestOp { RequestRange = kv.Range() });
        }

        if (random.Chance(50))
        {
            var nested = new TxnRequest();
            for (var i = 0; i < random.Pick(1, 27, 28, 29); i++)
            {
                nested.Failure.Add(new RequestOp { RequestRange = kv.Range() });
            }

            request.Success[^1] = new RequestOp { RequestTxn = nested };
        }

        return request;
    }

    /// <summary>A transaction with an operation that is none, or a compare without a key.</summary>
    public TxnRequest Malformed()
    {
        var request = Txn(depth: 2, onlyReads: true, deletesOpenly: false);
        if (random.Chance(50))
        {
            request.Failure.Add(new RequestOp());
        }
        else
        {
            request.Compare.Add(new Compare());
        }

        return request;
    }

    /// <summary>A transaction that only reads, behind a guard with an enum value nobody knows.</summary>
    public TxnRequest UnknownCompare()
    {
        var guard = Compare();
        guard.Key = alphabet.ValidKey();
        guard.Result = (CompareResult)random.Pick(0, 1, 4, -1);
        guard.Target = (CompareTarget)random.Pick(5, -1, 77);
        return new TxnRequest
        {
            Compare = { guard },
            Success = { new RequestOp { RequestRange = new RangeRequest { Key = alphabet.ValidKey() } } },
        };
    }

    private TxnRequest Txn(int depth, bool onlyReads, bool deletesOpenly)
    {
        var request = new TxnRequest();
        for (var i = random.Small(4); i > 0; i--)
        {
            request.Compare.Add(Compare());
        }

        AddOperations(request.Success, depth, onlyReads, deletesOpenly);
        AddOperations(request.Failure, depth, onlyReads, deletesOpenly);
        return request;
    }

    private void AddOperations(RepeatedField<RequestOp> branch, int depth, bool onlyReads, bool deletesOpenly)
    {
        for (var i = random.Below(5); i > 0; i--)
        {
            branch.Add(Operation(depth, onlyReads, deletesOpenly));
        }
    }

    private RequestOp Operation(int depth, bool onlyReads, bool deletesOpenly) => random.Below(20) switch
    {
        < 3 when depth < DepthMax => new RequestOp { RequestTxn = Txn(depth + 1, onlyReads, deletesOpenly) },
        < 11 when !onlyReads => new RequestOp { RequestPut = Put(deletesOpenly) },
        < 14 when !onlyReads => new RequestOp { RequestDeleteRange = Delete(deletesOpenly) },
        _ => new RequestOp { RequestRange = Range() },
    };

    private RangeRequest Range()
    {
        var request = kv.Range();
        // Most reads are of the present, else hardly any transaction would pass.
        request.Revision = random.Chance(85) ? 0 : request.Revision;
        return request;
    }

    private PutRequest Put(bool deletesOpenly)
    {
        var request = kv.Put();
        request.Key = deletesOpenly ? alphabet.LowKey() : request.Key;

        // An unknown lease fails the whole transaction; leave it to a few.
        request.Lease = random.Chance(60) ? 0 : request.Lease;
        return request;
    }

    private DeleteRangeRequest Delete(bool deletesOpenly)
    {
        var request = kv.Delete();
        if (deletesOpenly)
        {
            request.Key = alphabet.HighKey();
            request.RangeEnd = Alphabet.Zero;
        }
        else if (request.RangeEnd == Alphabet.Zero)
        {
            request.RangeEnd = alphabet.HighKey();
        }

        return request;
    }

    private Compare Compare()
    {
        var (key, end) = alphabet.Range();
        var compare = new Compare
        {
            Key = key,
            RangeEnd = random.Chance(40) ? end : Google.Protobuf.ByteString.Empty,
            Result = (CompareResult)random.Below(4),
            Target = (CompareTarget)random.Below(5),
        };
        // Now and then the operand is not that of the target, or there is none.
        switch (random.Chance(92) ? (int)compare.Target : random.Below(6))
        {
            case 0:
                compare.Version = random.Below(4);
                break;
            case 1:
                compare.CreateRevision = Operand();
                break;
            case 2:
                compare.ModRevision = Operand();
                break;
            case 3:
                compare.Value = alphabet.Value();
                break;
            case 4:
                compare.Lease = alphabet.Lease();
                break;
        }

        return compare;
    }

    private long Operand() => random.Chance(40) ? 0 : Model.Symbols.Current(-random.Below(20));
}
