// Linearizability of KV and Txn (Herlihy and Wing): every answer is explained by one order of all operations that
// keeps to the times at which they were asked and answered. The ledger is that order: a change stands at its
// revision, a read right behind the revision in its header. What nobody answered may be anywhere behind its question,
// once, or nowhere.
using Google.Protobuf;
using Kv.Node.Protos;
using Kv.Simulation.Network;
using Kv.Simulation.Workload;
using Row = Kv.Core.Mvcc.Row;

namespace Kv.Simulation.Checkers;

/// <summary>Judges the operations of clients.</summary>
internal sealed class Linearizability(Ledger ledger, IReadOnlyList<Operation> operations)
{
    private readonly HashSet<long> _claimed = [];

    /// <exception cref="Violation">Some answer cannot be explained.</exception>
    public void Check()
    {
        foreach (var operation in operations.Where(operation => operation.Kind == AnswerKind.Value))
        {
            Explain(operation);
        }

        CheckTimes();
        CheckValues();
    }

    private static Violation Broken(string rule, Operation operation, string why) =>
        new(rule, $"{operation.Request} of client {operation.Client}, called {operation.Called}, returned {operation.Returned}: "
            + $"{operation.Response}: {why}");

    private void Explain(Operation operation)
    {
        switch (operation.Request, operation.Response)
        {
            case (PutRequest put, PutResponse answer):
                Demand(operation, answer.Header.Revision, [put], isChange: true);
                break;
            case (DeleteRangeRequest delete, DeleteRangeResponse answer):
                ExplainDelete(operation, delete, answer);
                break;
            case (TxnRequest txn, TxnResponse answer):
                ExplainTxn(operation, txn, answer);
                break;
            case (RangeRequest range, RangeResponse answer):
                ExplainRange(operation, range, answer);
                break;
            default:
                break;
        }
    }

    /// <summary>The revision is exactly these puts, and nobody else's.</summary>
    private void Demand(Operation operation, long revision, PutRequest[] puts, bool isChange)
    {
        if (!isChange)
        {
            return;
        }

        var rows = ledger.At(revision);
        var isSo = rows.Count == puts.Length && puts.Zip(rows).All(pair =>
            !pair.Second.IsTombstone && Is(pair.Second.Key, pair.First.Key) && Is(pair.Second.Value, pair.First.Value)
            && pair.Second.Lease == pair.First.Lease);
        if (!isSo)
        {
            throw Broken("linearizability", operation, $"revision {revision} is {Show(rows)}");
        }

        Claim(operation, revision);
    }

    private void ExplainDelete(Operation operation, DeleteRangeRequest request, DeleteRangeResponse answer)
    {
        var revision = answer.Header.Revision;
        var before = Rows(request.Key, request.RangeEnd, answer.Deleted > 0 ? revision - 1 : revision);
        var rows = ledger.At(revision);
        if (before.Count != answer.Deleted
            || (answer.Deleted > 0 && !(rows.Count == before.Count && rows.All(row => row.IsTombstone)
                && rows.Select(row => Ledger.TextOf(row.Key)).Order().SequenceEqual(before.Select(row => Ledger.TextOf(row.Key)).Order()))))
        {
            throw Broken("linearizability", operation, $"before it were {Show(before)}; revision {revision} is {Show(rows)}");
        }

        if (answer.Deleted > 0)
        {
            Claim(operation, revision);
        }
    }

    private void ExplainTxn(Operation operation, TxnRequest request, TxnResponse answer)
    {
        var revision = answer.Header.Revision;
        var puts = (answer.Succeeded ? request.Success : request.Failure)
            .Where(op => op.RequestPut is not null).Select(op => op.RequestPut).ToArray();
        var deletes = answer.Succeeded && request.Success is [{ RequestDeleteRange: not null }];
        var isChange = puts.Length > 0 || (deletes && answer.Responses[0].ResponseDeleteRange.Deleted > 0);
        var compare = request.Compare[0];
        var row = ledger.Get(compare.Key.ToStringUtf8(), isChange ? revision - 1 : revision);
        var holds = compare.TargetUnionCase switch
        {
            Compare.TargetUnionOneofCase.ModRevision => (row?.ModRevision ?? 0) == compare.ModRevision,
            Compare.TargetUnionOneofCase.CreateRevision => (row?.CreateRevision ?? 0) == compare.CreateRevision,
            _ => row is not null && Is(row.Value, compare.Value),
        };
        if (holds != answer.Succeeded)
        {
            throw Broken("linearizability", operation, $"the key was {(row is null ? "not there" : Show([row]))}");
        }

        if (puts.Length > 0)
        {
            Demand(operation, revision, puts, isChange: true);
        }
        else if (isChange)
        {
            Claim(operation, revision);
        }

        if (!answer.Succeeded && answer.Responses.Count > 0)
        {
            DemandRows(operation, request.Failure[0].RequestRange, answer.Responses[0].ResponseRange, revision);
        }
    }

    private void ExplainRange(Operation operation, RangeRequest request, RangeResponse answer) =>
        DemandRows(operation, request, answer, request.Revision > 0 ? request.Revision : answer.Header.Revision);

    private void DemandRows(Operation operation, RangeRequest request, RangeResponse answer, long revision)
    {
        var rows = Rows(request.Key, request.RangeEnd, revision);
        if (rows.Count != answer.Kvs.Count || !rows.Zip(answer.Kvs).All(pair => Is(pair.First, pair.Second)))
        {
            throw Broken(
                request.Serializable ? "serializable-read" : "linearizability", operation,
                $"at revision {revision} were {Show(rows)}");
        }
    }

    /// <summary>Nobody is answered with an older revision than somebody was before he asked; and not with one that
    /// was not there yet.</summary>
    private void CheckTimes()
    {
        var answered = operations.Where(o => o.Kind == AnswerKind.Value).ToArray();
        var byReturn = answered.Where(o => !IsSerializable(o)).OrderBy(o => o.Returned).ToArray();
        var (newest, place) = (1L, 0);
        foreach (var operation in answered.OrderBy(o => o.Called))
        {
            while (place < byReturn.Length && byReturn[place].Returned < operation.Called)
            {
                newest = Math.Max(newest, RevisionOf(byReturn[place++]));
            }

            var revision = RevisionOf(operation);
            var isNew = _claimed.Contains(revision) && IsChange(operation, revision);
            if (!IsSerializable(operation) && (revision < newest || (isNew && revision == newest)))
            {
                throw Broken("stale", operation, $"revision {newest} was answered before it was called");
            }

            if (revision > ledger.Last || ledger.TimeOf(revision) > operation.Returned
                || (isNew && ledger.TimeOf(revision) < operation.Called))
            {
                throw Broken("future", operation, $"revision {revision} was first there at {ledger.TimeOf(revision)}");
            }
        }
    }

    /// <summary>Every value stands for one operation: it is in the ledger once, not before it was asked for, and not if
    /// nobody could have heard of it.</summary>
    private void CheckValues()
    {
        var byValue = new Dictionary<string, Operation>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            foreach (var value in ValuesOf(operation.Request))
            {
                byValue[value] = operation;
            }
        }

        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in ledger.Rows.Where(row => !row.IsTombstone))
        {
            var value = Ledger.TextOf(row.Value);
            if (!byValue.TryGetValue(value, out var operation))
            {
                throw new Violation("durability", $"revision {row.ModRevision} has {value}, which nobody wrote");
            }

            if (!seen.TryAdd(value, row.ModRevision) && seen[value] != row.ModRevision)
            {
                throw Broken("once", operation, $"it is at revisions {seen[value]} and {row.ModRevision}");
            }

            if (operation.Kind == AnswerKind.Refused || ledger.TimeOf(row.ModRevision) < operation.Called)
            {
                throw Broken("once", operation, $"it is at revision {row.ModRevision}");
            }
        }
    }

    private static IEnumerable<string> ValuesOf(IMessage request) => request switch
    {
        PutRequest put => [put.Value.ToStringUtf8()],
        TxnRequest txn => txn.Success.Where(op => op.RequestPut is not null).Select(op => op.RequestPut.Value.ToStringUtf8()),
        _ => [],
    };

    private static bool IsSerializable(Operation operation) =>
        operation.Request is RangeRequest { Serializable: true } or CompactionRequest;

    private static bool IsChange(Operation operation, long revision) => operation.Request switch
    {
        PutRequest => true,
        DeleteRangeRequest => ((DeleteRangeResponse)operation.Response!).Deleted > 0,
        TxnRequest => ((TxnResponse)operation.Response!).Responses.Any(
            op => op.ResponsePut is not null || op.ResponseDeleteRange is { Deleted: > 0 }),
        _ => revision < 0,
    };

    private static long RevisionOf(Operation operation) => operation.Response switch
    {
        PutResponse answer => answer.Header.Revision,
        DeleteRangeResponse answer => answer.Header.Revision,
        TxnResponse answer => answer.Header.Revision,
        RangeResponse answer => answer.Header.Revision,
        CompactionResponse answer => answer.Header.Revision,
        _ => 0,
    };

    private static bool Is(ReadOnlyMemory<byte> bytes, ByteString other) => bytes.Span.SequenceEqual(other.Span);

    private static bool Is(Row row, KeyValue pair) =>
        Is(row.Key, pair.Key) && Is(row.Value, pair.Value) && row.ModRevision == pair.ModRevision
        && row.CreateRevision == pair.CreateRevision && row.Version == pair.Version && row.Lease == pair.Lease;

    private static string Show(IEnumerable<Row> rows) => "[" + string.Join(", ", rows.Select(row =>
        $"{Ledger.TextOf(row.Key)}={(row.IsTombstone ? "(gone)" : Ledger.TextOf(row.Value))}@{row.ModRevision}")) + "]";

    private List<Row> Rows(ByteString key, ByteString end, long revision)
    {
        var text = key.ToStringUtf8();
        if (end.Length == 0)
        {
            return ledger.Get(text, revision) is { } row ? [row] : [];
        }

        var all = ledger.GetAll(revision);
        return end.Length == 1 && end[0] == 0
            ? all.FindAll(row => string.CompareOrdinal(Ledger.TextOf(row.Key), text) >= 0)
            : all.FindAll(row => string.CompareOrdinal(Ledger.TextOf(row.Key), text) >= 0
                && string.CompareOrdinal(Ledger.TextOf(row.Key), end.ToStringUtf8()) < 0);
    }

    private void Claim(Operation operation, long revision)
    {
        if (!_claimed.Add(revision))
        {
            throw Broken("once", operation, $"revision {revision} was somebody else's, too");
        }
    }
}
