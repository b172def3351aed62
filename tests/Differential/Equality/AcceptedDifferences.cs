// The differences to etcd 3.5 that stay, each with its reason. Whatever is not here is a fault of ours.
// Ids and times, which are different by nature, are in Neutral.
using Differential.Model;
using Etcdserverpb;
using Grpc.Core;

namespace Differential.Equality;

/// <summary>The table.</summary>
internal static class AcceptedDifferences
{
    public static readonly IReadOnlyList<AcceptedDifference> All =
    [
        new("Status: version", "we speak 3.6, the reference is 3.5")
        {
            Clear = message =>
            {
                if (message is StatusResponse status)
                {
                    status.Version = "";
                }
            },
        },
        new("Status, HashKV: fields the reference does not have", "they are 3.6's; Rpc does not read them"),
        new("Status: sizes", "the data is stored in another way")
        {
            Clear = message =>
            {
                if (message is StatusResponse status)
                {
                    status.DbSize = 0;
                    status.DbSizeInUse = 0;
                }
            },
        },
        new("LeaseLeases, LeaseTimeToLive: the order of leases and keys", "etcd's is by chance; ours is ascending")
        {
            Clear = message =>
            {
                if (message is LeaseLeasesResponse leases)
                {
                    Sort(leases.Leases, lease => lease.ID.ToString("x16"));
                }
                else if (message is LeaseTimeToLiveResponse lease)
                {
                    Sort(lease.Keys, key => Convert.ToHexString(key.Span));
                }
            },
        },
        new("Range: the order of rows that are equal in the sort target", "etcd's is by chance; ours is that of keys")
        {
            Covers = Ties.AreAll,
        },
        new("Range: an unknown sort is refused", "3.6 refuses it (R12), 3.5 reads without an order")
        {
            Covers = (step, ours, _) => step is Call { Request: RangeRequest range }
                && (!Enum.IsDefined(range.SortOrder) || !Enum.IsDefined(range.SortTarget))
                && ours.Code == (int)StatusCode.InvalidArgument && ours.Text == "etcdserver: invalid sort option",
        },
        new(
            "Txn: a compare with an unknown enum value is refused",
            "etcd takes such a guard for met or not whatever the data is; a guard must never be void")
        {
            Covers = (step, ours, _) => step is Call { Request: TxnRequest txn }
                && Messages.All<Compare>(txn).Any(IsUnknown)
                && ours.Code == (int)StatusCode.InvalidArgument && ours.Text == "etcdserver: invalid compare",
        },
        new(
            "HashKV without a revision, after a compaction to 0",
            "etcd takes its memory of the hash at 0 for the newest; compactions to 0 are not asked for"),
        new("Watch: a negative start revision is refused", "3.6 refuses it (W4), 3.5 creates such a watcher; not asked for"),
        new(
            "Watch: a watcher ended by compaction is gone",
            "etcd keeps its id until the client cancels it once more, and is silent about progress meanwhile"),
        new(
            "Watch: silence about progress while a watcher of the stream has not started",
            "a client would go on after the revision it is told, before its start; later releases do so, too"),
        new(
            "Txn without space: puts in nested transactions are refused, too",
            "etcd does not look for them there, and so writes when it should not; not asked for"),
        new(
            "with users, nested transactions, and puts in one that read what was there or take a lease, need leave",
            "later releases demand it, too (CVE-2026-33343, CVE-2026-44283); not asked for"),
        new(
            "with users, an interval that ends before it begins",
            "there is nothing to read in it, and what etcd says depends on how it keeps permissions; not asked for"),
        new("the text about malformed JSON", "it is the JSON reader's own, and differs between etcd's releases, too")
        {
            Covers = (step, ours, theirs) => step is RawJson
                && ours.Code == (int)StatusCode.InvalidArgument
                && ours with { Text = "" } == theirs with { Text = "" },
        },
        new("the text about a message larger than the transport takes", "it is the gRPC library's own")
        {
            Covers = (_, ours, theirs) => ours.Code == (int)StatusCode.ResourceExhausted
                && theirs.Text.StartsWith("grpc: received message larger than max", StringComparison.Ordinal)
                && ours with { Text = "" } == theirs with { Text = "" },
        },
    ];

    private static bool IsUnknown(Compare compare) => !Enum.IsDefined(compare.Result) || !Enum.IsDefined(compare.Target);

    private static void Sort<T>(Google.Protobuf.Collections.RepeatedField<T> list, Func<T, string> key)
    {
        var sorted = list.OrderBy(key, StringComparer.Ordinal).ToList();
        list.Clear();
        list.AddRange(sorted);
    }
}
