namespace Checking.Model;

/// <summary>How an answer differs from the one that the model gives.</summary>
internal static class Replies
{
    /// <summary>The first difference, and the keys that it depends on; null if there is none.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="expected">The model's answer.</param>
    /// <param name="actual">The answer.</param>
    /// <param name="inner">True within a transaction, whose parts have no revision of their own.</param>
    public static (string What, KeyRange[] Keys)? Difference(Request request, Reply expected, Reply actual, bool inner = false)
    {
        var difference = (request, expected, actual) switch
        {
            (Put { PrevKv: true }, PutReply e, PutReply a) when e.Previous != a.Previous =>
                ($"the row before should be {e.Previous?.ToString() ?? "none"}", Footprint.Of(request)),
            (Put, PutReply, PutReply) => null,
            (DeleteRange delete, DeleteReply e, DeleteReply a) => DeleteDifference(delete, e, a),
            (ReadRange read, ReadReply e, ReadReply a) => ReadDifference(read, e, a),
            (Txn txn, TxnReply e, TxnReply a) => TxnDifference(txn, e, a),
            (Compact or GrantLease or RevokeLease, DoneReply, DoneReply) => ((string, KeyRange[])?)null,
            _ => throw new ArgumentException($"an answer of another kind: {request} → {actual}", nameof(actual)),
        };
        return difference is null && !inner && expected.Revision != actual.Revision
            ? ($"the revision should be {expected.Revision}", Footprint.Of(request))
            : difference;
    }

    private static (string, KeyRange[])? DeleteDifference(DeleteRange delete, DeleteReply expected, DeleteReply actual)
    {
        if (expected.Deleted != actual.Deleted)
        {
            return ($"{expected.Deleted} should be deleted", Footprint.Of(delete));
        }

        return delete.PrevKv && RowDifference(expected.Previous!, actual.Previous ?? []) is { } key
            ? ($"the row before of {key} is wrong", [new KeyRange(key)])
            : null;
    }

    private static (string, KeyRange[])? ReadDifference(ReadRange read, ReadReply expected, ReadReply actual)
    {
        if (RowDifference(expected.Rows, actual.Rows) is { } key)
        {
            var row = expected.Rows.FirstOrDefault(row => row.Key == key);
            return ($"{key} should be {row?.ToString() ?? "absent"}", read.Limit > 0 ? [read.Keys] : [new KeyRange(key)]);
        }

        return expected.Count != actual.Count || expected.More != actual.More
            ? ($"{expected.Count} keys{(expected.More ? " and more" : "")} should be told", [read.Keys])
            : null;
    }

    private static (string, KeyRange[])? TxnDifference(Txn txn, TxnReply expected, TxnReply actual)
    {
        if (expected.Succeeded != actual.Succeeded)
        {
            return ($"the comparison should be {expected.Succeeded}", [.. txn.Compares.Select(compare => compare.Keys)]);
        }

        var parts = expected.Succeeded ? txn.Then : txn.Else;
        if (actual.Replies.Count != parts.Count)
        {
            return ($"{parts.Count} replies should be in it", Footprint.Of(txn));
        }

        for (var i = 0; i < parts.Count; i++)
        {
            if (Difference(parts[i], expected.Replies[i], actual.Replies[i], inner: true) is { } difference)
            {
                return ($"in part {i}, {difference.What}", difference.Keys);
            }
        }

        return null;
    }

    /// <summary>The first key, in order, whose rows differ.</summary>
    private static string? RowDifference(IReadOnlyList<Row> expected, IReadOnlyList<Row> actual)
    {
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
        {
            if (i >= expected.Count || i >= actual.Count)
            {
                return (i < expected.Count ? expected : actual)[i].Key;
            }

            if (expected[i] != actual[i])
            {
                return string.CompareOrdinal(expected[i].Key, actual[i].Key) <= 0 ? expected[i].Key : actual[i].Key;
            }
        }

        return null;
    }
}
