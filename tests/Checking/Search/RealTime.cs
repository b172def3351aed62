// Real time: what was seen by anybody before a call binds the call. Every answer says its revision, so "A returned
// before B was called, thus A comes first" is a comparison of two numbers, in one walk over the recording.
//
// All that is ever shown is committed (etcd's guarantee: states are made of committed entries only, and a read asks
// for the commit index), so serializable reads and watches bind later linearizable calls as well.
using Checking.Model;

namespace Checking.Search;

/// <summary>What was seen before each call.</summary>
internal sealed class RealTime
{
    private readonly Dictionary<Operation, Sight> _before = [];

    public RealTime(History history, IReadOnlyCollection<WatchRecord> trusted)
    {
        var moments = new List<(long Order, Operation? Called, Sight Seen)>();
        foreach (var operation in history.Operations)
        {
            moments.Add((operation.CallOrder, operation, default));
            if (operation.Outcome == Outcome.Ok)
            {
                moments.Add((operation.ReturnOrder, null, new Sight(operation.Reply!.Revision, operation)));
            }
        }

        foreach (var watch in trusted)
        {
            if (watch.CreatedRevision > 0)
            {
                moments.Add((watch.CreatedOrder, null, new Sight(watch.CreatedRevision, watch)));
            }

            moments.AddRange(watch.Responses.Where(response => !response.Canceled)
                .Select(response => (response.Order, (Operation?)null, new Sight(response.Revision, watch))));
        }

        moments.Sort((a, b) => a.Order.CompareTo(b.Order));
        var newest = new Sight(history.Initial.Revision, null);
        foreach (var (_, called, seen) in moments)
        {
            if (called is not null)
            {
                _before[called] = newest;
            }
            else if (seen.Revision > newest.Revision)
            {
                newest = seen;
            }
        }
    }

    /// <summary>The newest revision seen before the call.</summary>
    public long Before(Operation operation) => _before[operation].Revision;

    /// <summary>The answers that came from an earlier state than was seen before, and the writes that were seen before
    /// they were asked for.</summary>
    public IEnumerable<(Operation Operation, Violation Violation)> Violations()
    {
        foreach (var (operation, sight) in _before.OrderBy(item => item.Key.Id))
        {
            if (operation.Outcome != Outcome.Ok)
            {
                continue;
            }

            var revision = operation.Reply!.Revision;
            if (Footprint.Changed(operation.Reply))
            {
                if (revision <= sight.Revision)
                {
                    var rule = sight.By switch
                    {
                        Operation other when Footprint.IsSerializable(other.Request) => Rules.SerializableRead,
                        WatchRecord => Rules.WatchGenuine,
                        _ => Rules.Linearizable,
                    };
                    yield return (operation, new Violation(
                        rule, $"{operation} made revision {revision}, but {sight} was seen before it was asked for"));
                }
            }
            else if (revision < sight.Revision && !Footprint.IsSerializable(operation.Request))
            {
                yield return (operation, new Violation(
                    Rules.Linearizable, $"{operation} is of revision {revision}, but {sight} was seen before it was asked for"));
            }
        }
    }

    /// <summary>A revision and who showed it.</summary>
    private readonly record struct Sight(long Revision, object? By)
    {
        public override string ToString() => $"revision {Revision} ({By ?? "the state it begins with"})";
    }
}
