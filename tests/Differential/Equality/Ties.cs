// Sorted reads of many rows: etcd sorts with Go's sort, which leaves rows that are equal in the sort
// target in an order by chance as soon as there are more than twelve. What must be equal then is the
// order of the targets, and the rows but for those a limit cut out of the last equal ones.
using Differential.Model;
using Differential.Play;
using Etcdserverpb;
using Google.Protobuf;
using Mvccpb;
using static Etcdserverpb.RangeRequest.Types;

namespace Differential.Equality;

/// <summary>Looks past the order of equal rows.</summary>
internal static class Ties
{
    /// <summary>Go sorts up to so many elements by insertion, which keeps the order of equal ones.</summary>
    private const int StableMax = 12;

    /// <summary>The answers are equal but for the order of equal rows.</summary>
    public static bool AreAll(Step step, Answer ours, Answer theirs)
    {
        if (step is not Call { Request: var request } || ours.Message is null || theirs.Message is null)
        {
            return false;
        }

        var adapted = ours.Message.Descriptor.Parser.ParseFrom(ours.Message.ToByteArray());
        return Adapt(request, adapted, theirs.Message) && adapted.Equals(theirs.Message);
    }

    /// <summary>Gives our response their order where that is by chance.</summary>
    /// <returns>False if more than the order differs.</returns>
    private static bool Adapt(IMessage request, IMessage ours, IMessage theirs) => (request, ours, theirs) switch
    {
        (RangeRequest range, RangeResponse a, RangeResponse b) => AdaptRows(range, a, b),
        (TxnRequest txn, TxnResponse a, TxnResponse b) => a.Responses.Count == b.Responses.Count
            && Enumerable.Range(0, a.Responses.Count).All(i => AdaptOne(
                (a.Succeeded ? txn.Success : txn.Failure)[i], a.Responses[i], b.Responses[i])),
        _ => true,
    };

    private static bool AdaptOne(RequestOp request, ResponseOp ours, ResponseOp theirs) =>
        ours.ResponseCase == theirs.ResponseCase && ours.ResponseCase switch
        {
            ResponseOp.ResponseOneofCase.ResponseRange =>
                Adapt(request.RequestRange, ours.ResponseRange, theirs.ResponseRange),
            ResponseOp.ResponseOneofCase.ResponseTxn =>
                Adapt(request.RequestTxn, ours.ResponseTxn, theirs.ResponseTxn),
            _ => true,
        };

    private static bool AdaptRows(RangeRequest request, RangeResponse ours, RangeResponse theirs)
    {
        if (request.SortTarget == SortTarget.Key || ours.Count <= StableMax || ours.Kvs.Equals(theirs.Kvs))
        {
            return true;
        }

        // Without values the order by value shows only in who comes last.
        var target = (KeyValue row) => Target(row, request.SortTarget);
        if (!ours.Kvs.Select(target).SequenceEqual(theirs.Kvs.Select(target)))
        {
            return false;
        }

        var last = ours.Kvs.Select(target).LastOrDefault();
        var firm = (KeyValue row) => !ours.More || target(row) != last;
        var same = ours.Kvs.Where(firm).ToHashSet().SetEquals(theirs.Kvs.Where(firm));
        ours.Kvs.Clear();
        ours.Kvs.AddRange(theirs.Kvs);
        return same;
    }

    private static string Target(KeyValue row, SortTarget target) => target switch
    {
        SortTarget.Version => $"{row.Version}",
        SortTarget.Create => $"{row.CreateRevision}",
        SortTarget.Mod => $"{row.ModRevision}",
        _ => Convert.ToHexString(row.Value.Span),
    };
}
