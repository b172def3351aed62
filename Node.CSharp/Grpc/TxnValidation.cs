// What etcd checks of a transaction before it is proposed: sizes, the operations themselves, and
// that no branch writes a key twice (T1–T3).
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Checks of transactions.</summary>
internal static class TxnValidation
{
    /// <summary>Checks a whole transaction.</summary>
    /// <param name="request">The transaction.</param>
    /// <param name="operationsMax">Most compares, or operations in a branch (--max-txn-ops).</param>
    /// <exception cref="EtcdException">It is refused.</exception>
    public static void Check(TxnRequest request, int operationsMax)
    {
        CheckLevel(request, operationsMax);
        CheckWrites(request.Success);
        CheckWrites(request.Failure);
    }

    /// <summary>Nothing in it writes, so it need not be proposed. Any nested transaction counts as a
    /// write, as in etcd (T10).</summary>
    public static bool IsReadOnly(TxnRequest request) =>
        AllRanges(request.Success) && AllRanges(request.Failure);

    /// <summary>Every range of a read-only transaction is content with local data.</summary>
    public static bool IsSerializable(TxnRequest request) =>
        AllSerializable(request.Success) && AllSerializable(request.Failure);

    private static void CheckLevel(TxnRequest request, int operationsMax)
    {
        var count = Math.Max(request.Compare.Count, Math.Max(request.Success.Count, request.Failure.Count));
        if (count > operationsMax)
        {
            throw EtcdErrors.TooManyOperations;
        }

        foreach (var compare in request.Compare)
        {
            Check(compare);
        }

        foreach (var operation in request.Success)
        {
            Check(operation, operationsMax - count);
        }

        foreach (var operation in request.Failure)
        {
            Check(operation, operationsMax - count);
        }
    }

    private static void Check(Compare compare)
    {
        if (compare.Key.IsEmpty)
        {
            throw EtcdErrors.EmptyKey;
        }

        // etcd lets unknown enum values through and then compares nothing; a guard must never be void.
        if (compare.Result is < Compare.Types.CompareResult.Equal or > Compare.Types.CompareResult.NotEqual
            || compare.Target is < Compare.Types.CompareTarget.Version or > Compare.Types.CompareTarget.Lease)
        {
            throw new EtcdException(StatusCode.InvalidArgument, "etcdserver: invalid compare");
        }
    }

    private static void Check(RequestOp operation, int operationsMax)
    {
        switch (operation.RequestCase)
        {
            case RequestOp.RequestOneofCase.RequestRange:
                KvValidation.Check(operation.RequestRange);
                break;
            case RequestOp.RequestOneofCase.RequestPut:
                KvValidation.Check(operation.RequestPut);
                break;
            case RequestOp.RequestOneofCase.RequestDeleteRange:
                KvValidation.Check(operation.RequestDeleteRange);
                break;
            case RequestOp.RequestOneofCase.RequestTxn:
                CheckLevel(operation.RequestTxn, operationsMax);
                break;
            default:
                throw EtcdErrors.KeyNotFound;
        }
    }

    /// <summary>Refuses a key put twice, or put and deleted, in one branch; a nested branch counts with
    /// what surrounds it, its then and else do not count against each other.</summary>
    /// <returns>What the branch writes.</returns>
    private static (HashSet<ByteString> Puts, KeyIntervals Deletes) CheckWrites(RepeatedField<RequestOp> branch)
    {
        var puts = new HashSet<ByteString>();
        var deletes = new KeyIntervals();
        foreach (var operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestDeleteRange)
            {
                var delete = operation.RequestDeleteRange;
                deletes.Add(delete.Key.Memory, delete.RangeEnd.Memory);
            }
        }

        foreach (var operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestTxn)
            {
                CheckNested(operation.RequestTxn, puts, deletes);
            }
        }

        foreach (var operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestPut)
            {
                AddPut(operation.RequestPut.Key, puts, deletes);
            }
        }

        return (puts, deletes);
    }

    private static void CheckNested(TxnRequest nested, HashSet<ByteString> puts, KeyIntervals deletes)
    {
        var (putsThen, deletesThen) = CheckWrites(nested.Success);
        var (putsElse, deletesElse) = CheckWrites(nested.Failure);
        putsThen.UnionWith(putsElse);
        foreach (var key in putsThen)
        {
            AddPut(key, puts, deletes);
        }

        deletes.Add(deletesThen);
        deletes.Add(deletesElse);
    }

    private static void AddPut(ByteString key, HashSet<ByteString> puts, KeyIntervals deletes)
    {
        if (deletes.Contains(key.Span) || !puts.Add(key))
        {
            throw EtcdErrors.DuplicateKey;
        }
    }

    private static bool AllRanges(RepeatedField<RequestOp> operations)
    {
        foreach (var operation in operations)
        {
            if (operation.RequestCase != RequestOp.RequestOneofCase.RequestRange)
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllSerializable(RepeatedField<RequestOp> operations)
    {
        foreach (var operation in operations)
        {
            if (!operation.RequestRange.Serializable)
            {
                return false;
            }
        }

        return true;
    }
}
