using Checking.Model;

namespace Checking.Search;

/// <summary>What may have made a revision that nobody was answered with: an operation of unknown outcome, or the end
/// of a lease.</summary>
/// <param name="Index">Its number among all candidates.</param>
/// <param name="Operation">The operation; null for the end of a lease.</param>
/// <param name="Lease">The lease that ends; 0 for an operation.</param>
/// <param name="FirstRevision">It cannot have made an earlier one: that was seen before it was asked for.</param>
/// <param name="Footprint">The keys it reads or writes.</param>
/// <param name="FirstKept">Of the end of a lease: a promise is broken if it made an earlier revision.</param>
internal sealed record Candidate(
    int Index, Operation? Operation, long Lease, long FirstRevision, KeyRange[] Footprint, long FirstKept = 0)
{
    public bool MayPut(Row row) => Operation is not null
        && Model.Footprint.Puts(Operation.Request).Any(put => put.Key == row.Key && put.Value == row.Value && put.Lease == row.Lease);

    public bool MayPut(string key) =>
        Operation is not null && Model.Footprint.Puts(Operation.Request).Any(put => put.Key == key);

    public bool MayDelete(string key) => Operation is null
        ? Footprint.Any(range => range.Contains(key))
        : Model.Footprint.MayDelete(Operation.Request, key);

    public void Apply(StoreModel model)
    {
        if (Operation is null)
        {
            model.EndLease(Lease);
        }
        else
        {
            _ = model.Execute(Operation.Request);
        }
    }

    public override string ToString() => Operation?.ToString() ?? $"the end of lease {Lease:x}";
}
