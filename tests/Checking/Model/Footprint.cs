namespace Checking.Model;

/// <summary>Which keys a request reads or writes, and what it can write there. Ranges without keys are left out.</summary>
internal static class Footprint
{
    public static KeyRange[] Of(Request request) => [.. All(request).Where(range => !range.IsEmpty)];

    /// <summary>All puts in it that may happen.</summary>
    public static IEnumerable<Put> Puts(Request request) => request switch
    {
        Put put => [put],
        Txn txn => txn.Then.Concat(txn.Else).OfType<Put>(),
        _ => [],
    };

    /// <summary>The puts that an answered request did.</summary>
    public static IEnumerable<Put> PutsDone(Operation operation) => operation.Request switch
    {
        Put put => [put],
        Txn txn => (((TxnReply)operation.Reply!).Succeeded ? txn.Then : txn.Else).OfType<Put>(),
        _ => [],
    };

    /// <summary>True if it may delete the key.</summary>
    public static bool MayDelete(Request request, string key) => request switch
    {
        DeleteRange delete => delete.Keys.Contains(key),
        Txn txn => txn.Then.Concat(txn.Else).OfType<DeleteRange>().Any(delete => delete.Keys.Contains(key)),
        _ => false,
    };

    /// <summary>True if it cannot change anything, whatever it is applied to.</summary>
    public static bool OnlyReads(Request request) =>
        request is ReadRange || (request is Txn txn && txn.Then.Concat(txn.Else).All(part => part is ReadRange));

    /// <summary>True if any member may answer it from what it has.</summary>
    public static bool IsSerializable(Request request) =>
        request is ReadRange { Serializable: true }
        || (request is Txn txn && txn.Then.Concat(txn.Else).All(part => part is ReadRange { Serializable: true }));

    /// <summary>True if what was answered made a revision.</summary>
    public static bool Changed(Reply reply) => reply switch
    {
        PutReply => true,
        DeleteReply delete => delete.Deleted > 0,
        TxnReply txn => txn.Replies.Any(Changed),
        _ => false,
    };

    private static IEnumerable<KeyRange> All(Request request) => request switch
    {
        Put put => [new KeyRange(put.Key)],
        DeleteRange delete => [delete.Keys],
        ReadRange read => [read.Keys],
        Txn txn => txn.Compares.Select(compare => compare.Keys).Concat(txn.Then.Concat(txn.Else).SelectMany(All)),
        _ => [],
    };
}
