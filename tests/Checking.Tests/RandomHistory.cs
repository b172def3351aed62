// Random histories in virtual time: clients with delays and timeouts, watchers that are cut off and go on, leases
// that are renewed or not, compactions; all from one seed, with at most one lie.
namespace Checking.Tests;

/// <summary>How large a random history is.</summary>
internal sealed record Size(int Operations, int Clients, int Keys, int Watchers, double Unknown);

/// <summary>Makes one random history.</summary>
internal sealed class RandomHistory
{
    private const long Millisecond = 1_000_000;
    private const long Ttl = 200 * Millisecond;

    private readonly Random _random;
    private readonly Size _size;
    private readonly Lie _lie;
    private readonly HonestStore _store = new();
    private readonly PriorityQueue<Action, (long, long)> _events = new();
    private readonly List<LeaseRecord> _leases = [];
    private long _now;
    private long _planned;
    private int _values;
    private long _acknowledged = 1;

    private RandomHistory(int seed, Size size, Lie lie) => (_random, _size, _lie) = (new Random(seed), size, lie);

    /// <summary>The recording.</summary>
    public History History { get; } = new();

    /// <summary>True if the lie was told.</summary>
    public bool Lied { get; private set; }

    public static RandomHistory Make(int seed, Size size, Lie lie = Lie.None)
    {
        var world = new RandomHistory(seed, size, lie);
        for (var client = 0; client < size.Clients; client++)
        {
            var id = client;
            world.After(1, () => world.Ask(id));
        }

        for (var i = 0; i < size.Watchers; i++)
        {
            world.After(1, () => world.Watch(0));
        }

        while (world._events.TryDequeue(out var action, out var at))
        {
            world._now = at.Item1;
            action();
        }

        world.History.Final(new FinalState("store", world._store.Revision, world._store.Rows(KeyRange.All, world._store.Revision)));
        return world;
    }

    private bool Busy => History.Operations.Count < _size.Operations;

    private void After(int milliseconds, Action action) =>
        _events.Enqueue(action, (_now + _random.NextInt64(1, milliseconds * Millisecond), ++_planned));

    private bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>True once, in the midst of the history, if this is the lie to be told.</summary>
    private bool Tell(Lie lie)
    {
        if (Lied || lie != _lie || History.Operations.Count < _size.Operations / 3)
        {
            return false;
        }

        return Lied = true;
    }

    private string Key() => $"k{_random.Next(_size.Keys):d4}";

    private Put Put(long lease = 0) => new(Key(), $"v{++_values}", lease, Chance(0.2));

    private KeyRange Keys() => Chance(0.7) ? new KeyRange(Key()) : new KeyRange(Key(), Chance(0.1) ? "\0" : Key() + "x");

    private Request Choose()
    {
        var lease = _leases.LastOrDefault()?.Id ?? 0;
        return _random.Next(20) switch
        {
            < 6 => Put(Chance(0.2) ? lease : 0),
            < 8 => new DeleteRange(Chance(0.9) ? new KeyRange(Key()) : Keys(), Chance(0.5)),
            < 11 => new ReadRange(Keys(), Limit: Chance(0.1) ? 2 : 0),
            < 12 => new ReadRange(Keys(), Serializable: true),
            < 13 => new ReadRange(Keys(), Revision: Math.Max(1, _store.Revision - _random.Next(30)), Serializable: Chance(0.3)),
            < 18 => new Txn(
                [new Compare(new KeyRange(Key()), CompareTarget.Version, CompareSign.Equal, _random.Next(3))],
                [Put(), new ReadRange(Keys())], Chance(0.5) ? [new ReadRange(Keys())] : [new DeleteRange(Keys())]),
            < 19 when Chance(0.2) => new Compact(Math.Max(1, _store.Revision - _random.Next(20))),
            _ => Chance(0.5) || lease == 0 ? new GrantLease(1000 + _planned) : new RevokeLease(lease),
        };
    }

    private void Ask(int client)
    {
        if (!Busy)
        {
            return;
        }

        var request = Choose();
        var operation = History.Call(client, request, _now);
        var seen = _acknowledged;
        if (request is RevokeLease revoke)
        {
            History.Revoking(_leases.First(lease => lease.Id == revoke.Lease), _now);
        }

        if (Chance(_size.Unknown))
        {
            if (Chance(0.6))
            {
                After(Chance(0.2) ? 500 : 20, () => _store.Do(request));
            }

            After(30, () => End(() => History.Unknown(operation, "timeout", _now)));
            return;
        }

        After(10, () =>
        {
            var reply = Answer(request, seen);
            After(10, () => End(() => Finish(operation, reply)));
        });

        void End(Action record)
        {
            record();
            After(5, () => Ask(client));
        }
    }

    private Reply? Answer(Request request, long seen)
    {
        if (request is ReadRange { Revision: 0 } read)
        {
            if (!read.Serializable && seen > 2 && !Lied && Tell(Lie.StaleRead))
            {
                return _store.Read(read, seen - 1);
            }

            if (read.Serializable)
            {
                var at = Math.Max(1, _store.Revision - _random.Next(4));
                var (right, wrong) = (_store.Read(read, at), _store.Read(read, Math.Max(1, at - 20)));
                return !right.Rows.SequenceEqual(wrong.Rows) && Tell(Lie.WrongSerializableRead) ? wrong with { Revision = at } : right;
            }
        }

        if (request is ReadRange { Revision: > 0, Serializable: false } old && old.Revision < _store.Compacted
            && CompactionSeen(old.Revision) && Tell(Lie.ReadOfCompacted))
        {
            return _store.Read(old, old.Revision);
        }

        var reply = _store.Do(request);
        if (request is Put { Lease: 0 } && Tell(Lie.LostWrite))
        {
            _store.Forget();
        }
        else if (request is Put { Lease: 0 } && Tell(Lie.DoubledWrite))
        {
            _ = _store.Do(request);
        }
        else if (request is Put { Lease: 0 } && Tell(Lie.RefusedWrite))
        {
            return null;
        }

        return reply;
    }

    /// <summary>True if a compaction past this was acknowledged and something was written since.</summary>
    private bool CompactionSeen(long revision) => History.Operations.Any(operation =>
        operation is { Request: Compact compact, Outcome: Outcome.Ok } && compact.Revision > revision && operation.Reply!.Revision < _store.Revision);

    private void Finish(Operation operation, Reply? reply)
    {
        if (reply is null)
        {
            History.Fail(operation, "refused", _now);
            return;
        }

        History.Return(operation, reply, _now);
        _acknowledged = Math.Max(_acknowledged, reply.Revision);
        if (operation.Request is GrantLease grant)
        {
            var lease = History.Granted(grant.Lease, Ttl, operation.CallTime);
            _leases.Add(lease);
            KeepAlive(lease, _now);
        }
    }

    /// <summary>Renews it for a while; it ends its time after the last renewal.</summary>
    private void KeepAlive(LeaseRecord lease, long renewed)
    {
        if (Chance(0.7) && Busy)
        {
            After(150, () =>
            {
                if (!_store.IsEnded(lease.Id))
                {
                    History.Renewed(lease, _now);
                    KeepAlive(lease, _now);
                }
            });
            return;
        }

        var attached = _store.Rows(KeyRange.All, _store.Revision).Any(row => row.Lease == lease.Id);
        if (attached && Busy && lease.RevokeCall == long.MaxValue && Tell(Lie.EarlyLease))
        {
            _store.EndLease(lease.Id);
            _leases.Remove(lease);
            return;
        }

        _events.Enqueue(() => _store.EndLease(lease.Id), (renewed + Ttl, ++_planned));
    }

    private void Watch(long from)
    {
        if (from > 0 && from < _store.Compacted)
        {
            from = 0;
        }

        var keys = Chance(0.5) || _lie == Lie.EarlyLease ? KeyRange.All : Keys();
        var request = new WatchRequest(keys, from, NoPut: Chance(0.1), NoDelete: Chance(0.1), PrevKv: Chance(0.5));
        var watch = History.Watch(request, _now);
        History.Created(watch, _store.Revision);
        After(20, () => Send(watch, watch.FirstRevision));
    }

    private void Send(WatchRecord watch, long next)
    {
        var until = Math.Min(_store.Revision, next + _random.Next(5));
        var events = new List<WatchEvent>();
        for (; next <= until; next++)
        {
            events.AddRange(_store.EventsOf(next).Where(watch.Request.Wants)
                .Select(change => watch.Request.PrevKv ? change : change with { Previous = null }));
        }

        if (events.Count > 0)
        {
            if (watch.Responses.Count > 0 && events.Count > 2 && Tell(Lie.LostEvent))
            {
                events.RemoveAt(1);
            }
            else if (Tell(Lie.DoubledEvent))
            {
                events.Add(events[^1]);
            }
            else if (events[0].Previous is { } previous && Tell(Lie.WrongPrevious))
            {
                events[0] = events[0] with { Previous = previous with { Version = previous.Version + 1 } };
            }

            History.Receive(watch, new WatchResponse(_store.Revision, events), _now);
        }
        else if (next > watch.FirstRevision && Chance(0.3))
        {
            var due = next <= _store.Revision && _store.EventsOf(next).Any(watch.Request.Wants) && Tell(Lie.EarlyProgress);
            History.Receive(watch, new WatchResponse(due ? next : next - 1, []), _now);
        }

        if (Chance(0.02))
        {
            After(50, () => Watch(next));
        }
        else if (Busy || next <= _store.Revision)
        {
            After(10, () => Send(watch, next));
        }
    }
}
