// Everything that clients, watchers and holders of leases and locks saw, as one recording. Times are nanoseconds of
// one clock, passed in by whoever records: real and monotonic, or virtual.
namespace Checking;

/// <summary>A recording; any thread may add to it.</summary>
/// <param name="initial">The state that it begins with; null for the empty store at revision 1.</param>
/// <param name="carried">Operations of before whose effect may still come: <see cref="Timeline.Open"/> of the window before.</param>
public sealed class History(FinalState? initial = null, IReadOnlyList<Operation>? carried = null)
{
    private readonly Lock _lock = new();
    private readonly List<Operation> _operations = [];
    private readonly List<WatchRecord> _watches = [];
    private readonly Dictionary<long, LeaseRecord> _leases = [];
    private readonly List<LockRecord> _locks = [];
    private readonly List<StateObservation> _states = [];
    private readonly List<FinalState> _finals = [];
    private long _order;

    /// <summary>The state that it begins with.</summary>
    public FinalState Initial { get; } = initial ?? new FinalState("", 1, []);

    /// <summary>Operations of before whose effect may still come.</summary>
    public IReadOnlyList<Operation> Carried { get; } = carried ?? [];

    /// <summary>All operations, in the order of their calls.</summary>
    public IReadOnlyList<Operation> Operations => _operations;

    /// <summary>All watchers.</summary>
    public IReadOnlyList<WatchRecord> Watches => _watches;

    /// <summary>All leases that were granted.</summary>
    public IReadOnlyCollection<LeaseRecord> Leases => _leases.Values;

    /// <summary>All times a lock was held.</summary>
    public IReadOnlyList<LockRecord> Locks => _locks;

    /// <summary>Hashes of members' states.</summary>
    public IReadOnlyList<StateObservation> States => _states;

    /// <summary>All keys of members at the end.</summary>
    public IReadOnlyList<FinalState> Finals => _finals;

    /// <summary>Before a request is sent.</summary>
    public Operation Call(int client, Request request, long time, string member = "")
    {
        if (request is Txn txn && txn.Then.Concat(txn.Else).Any(part => part is not (Put or DeleteRange or ReadRange { Revision: 0 })))
        {
            throw new ArgumentException($"a transaction here has puts, deletions and reads of the present: {request}", nameof(request));
        }

        lock (_lock)
        {
            var operation = new Operation
            {
                Id = _operations.Count,
                Client = client,
                Member = member,
                Request = request,
                CallTime = time,
                CallOrder = ++_order,
            };
            _operations.Add(operation);
            return operation;
        }
    }

    /// <summary>After its answer has come.</summary>
    public void Return(Operation operation, Reply reply, long time)
    {
        operation.Reply = reply;
        End(operation, Outcome.Ok, "", time);
    }

    /// <summary>After it was refused, certainly without an effect now or later.</summary>
    public void Fail(Operation operation, string error, long time) => End(operation, Outcome.Failed, error, time);

    /// <summary>After an error that says nothing about the effect.</summary>
    public void Unknown(Operation operation, string error, long time) => End(operation, Outcome.Unknown, error, time);

    /// <summary>Before a watch is asked for.</summary>
    public WatchRecord Watch(WatchRequest request, long time, string member = "")
    {
        lock (_lock)
        {
            var watch = new WatchRecord
            {
                Id = _watches.Count,
                Member = member,
                Request = request,
                CallTime = time,
                CallOrder = ++_order,
            };
            _watches.Add(watch);
            return watch;
        }
    }

    /// <summary>After the answer that it was made.</summary>
    public void Created(WatchRecord watch, long revision)
    {
        lock (_lock)
        {
            watch.CreatedRevision = revision;
            watch.CreatedOrder = ++_order;
        }
    }

    /// <summary>After a response with events, about progress, or of its end.</summary>
    public void Receive(WatchRecord watch, WatchResponse response, long time)
    {
        lock (_lock)
        {
            ((List<WatchResponse>)watch.Responses).Add(response with { Time = time, Order = ++_order });
        }
    }

    /// <summary>After a lease was granted.</summary>
    public LeaseRecord Granted(long id, long ttl, long grantCall)
    {
        lock (_lock)
        {
            var lease = new LeaseRecord { Id = id, Ttl = ttl, GrantCall = grantCall, LastRenewal = grantCall };
            return _leases.TryAdd(id, lease)
                ? lease
                : throw new ArgumentException($"lease {id:x} was granted twice", nameof(id));
        }
    }

    /// <summary>After a renewal that succeeded.</summary>
    public void Renewed(LeaseRecord lease, long call)
    {
        lock (_lock)
        {
            lease.LastRenewal = Math.Max(lease.LastRenewal, call);
        }
    }

    /// <summary>Before a lease's end is asked for.</summary>
    public void Revoking(LeaseRecord lease, long call)
    {
        lock (_lock)
        {
            lease.RevokeCall = Math.Min(lease.RevokeCall, call);
        }
    }

    /// <summary>After the lease, or a key attached to it that nobody deletes, was seen gone.</summary>
    public void Gone(LeaseRecord lease, string how, long time)
    {
        lock (_lock)
        {
            if (time < lease.GoneSeen)
            {
                (lease.GoneSeen, lease.GoneHow) = (time, how);
            }
        }
    }

    /// <summary>After a lock was acquired.</summary>
    public LockRecord Acquired(string name, int client, long lease, string key, long time)
    {
        lock (_lock)
        {
            var held = new LockRecord { Name = name, Client = client, Lease = lease, Key = key, Acquired = time };
            _locks.Add(held);
            return held;
        }
    }

    /// <summary>Before a lock is given back.</summary>
    public void Releasing(LockRecord held, long time)
    {
        lock (_lock)
        {
            held.Released = Math.Min(held.Released, time);
        }
    }

    /// <summary>The hash of a member's state.</summary>
    public void Observe(StateObservation state)
    {
        lock (_lock)
        {
            _states.Add(state);
        }
    }

    /// <summary>All keys of a member, after everything has come to rest.</summary>
    public void Final(FinalState final)
    {
        lock (_lock)
        {
            _finals.Add(final);
        }
    }

    private void End(Operation operation, Outcome outcome, string error, long time)
    {
        lock (_lock)
        {
            if (operation.Outcome != Outcome.Pending)
            {
                throw new InvalidOperationException($"already ended: {operation}");
            }

            operation.Outcome = outcome;
            operation.Error = error;
            operation.ReturnTime = time;
            operation.ReturnOrder = ++_order;
        }
    }
}
