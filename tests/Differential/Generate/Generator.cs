// Endless sequences of steps from a seed. It knows nothing of what the servers answer: one seed is
// always the same sequence.
using Differential.Model;
using Etcdserverpb;
using Google.Protobuf;
using static Etcdserverpb.AlarmRequest.Types;

namespace Differential.Generate;

/// <summary>Makes steps.</summary>
internal sealed class Generator
{
    private readonly SplitMix _random;
    private readonly Alphabet _alphabet;
    private readonly KvRequests _kv;
    private readonly TxnRequests _txn;
    private readonly LeaseSteps _lease;
    private readonly WatchSteps _watch;
    private readonly Queue<Step> _planned = new();

    private readonly bool _hasUsers;

    /// <param name="seed">Fixes the sequence.</param>
    /// <param name="hasUsers">Authentication is on, and calls are those of several users.</param>
    public Generator(ulong seed, bool hasUsers)
    {
        _hasUsers = hasUsers;
        _random = new SplitMix(seed);
        _alphabet = new Alphabet(_random);
        _kv = new KvRequests(_random, _alphabet);
        _txn = new TxnRequests(_random, _alphabet, _kv);
        _lease = new LeaseSteps(_random, _alphabet);
        _watch = new WatchSteps(_random, _alphabet);
    }

    /// <summary>The first steps of a seed.</summary>
    public static IEnumerable<Step> Steps(ulong seed, int count, bool hasUsers = false)
    {
        var generator = new Generator(seed, hasUsers);
        if (hasUsers)
        {
            count--;
            yield return new MakeUsers();
        }

        for (var i = 0; i < count; i++)
        {
            yield return generator.Next();
        }
    }

    private Step Next()
    {
        if (_planned.Count == 0)
        {
            foreach (var step in Plan())
            {
                _planned.Enqueue(Styled(step));
            }
        }

        return _planned.Dequeue();
    }

    private IEnumerable<Step> Plan() => _random.Below(1000) switch
    {
        < 240 => [BySomebody(new Call(Rpc.Range, _kv.Range()))],
        < 480 => [BySomebody(new Call(Rpc.Put, _kv.Put()))],
        < 560 => [BySomebody(new Call(Rpc.DeleteRange, _kv.Delete()))],
        < 740 => [Txn()],
        < 755 => [Compaction()],
        < 845 => _lease.Next().Select(BySomebody),
        < 930 => _watch.Next(),
        < 950 => [new Call(Rpc.HashKv, new HashKVRequest { Revision = _alphabet.Revision() })],
        < 955 => [new Call(Rpc.MemberList, new MemberListRequest { Linearizable = _random.Chance(50) })],
        < 960 => [new Call(Rpc.Status, new StatusRequest())],
        < 965 => [new Call(Rpc.Alarm, new AlarmRequest { Alarm = (AlarmType)_random.Below(3) })],
        < 966 => [new Call(Rpc.Defragment, new DefragmentRequest())],
        < 970 => Alarmed(),
        _ => [Bad()],
    };

    private Call Txn()
    {
        var call = BySomebody(new Call(Rpc.Txn, _txn.Txn()));
        return call.Caller == Users.Root ? call : Straightened(call with { Request = _txn.Plain() });
    }

    /// <summary>Half of the calls are root's. Of leases only those calls are others' that etcd 3.5.16 guards at
    /// all.</summary>
    private T BySomebody<T>(T step)
        where T : Step =>
        _hasUsers && step is Call call && call.Rpc != Rpc.LeaseLeases && _random.Chance(50)
            ? (T)(Step)(Straightened(call) with { Caller = Users.All[1 + _random.Below(2)] })
            : step;

    /// <summary>The call without intervals that end before they begin. Whether one may read those depends, in etcd, on
    /// how it keeps permissions; there is nothing to read.</summary>
    private static Call Straightened(Call call)
    {
        foreach (var message in Messages.All<IMessage>(call.Request))
        {
            var (key, end) = (message.Descriptor.FindFieldByName("key"), message.Descriptor.FindFieldByName("range_end"));
            if (end?.Accessor.GetValue(message) is ByteString { Length: > 0 } last && last != Alphabet.Zero
                && ((ByteString)key.Accessor.GetValue(message)).Span.SequenceCompareTo(last.Span) >= 0)
            {
                end.Accessor.Clear(message);
            }
        }

        return call;
    }

    private Call Compaction() => new(
        Rpc.Compact,
        new CompactionRequest
        {
            Revision = _random.Below(10) switch
            {
                < 4 => Symbols.Current(-_random.Below(20)),
                < 6 => Symbols.Current(0),
                < 7 => Symbols.Current(1 + _random.Small(3)),
                < 9 => Symbols.Compacted(_random.Below(5) - 1),
                _ => _random.Pick(0L, -1L, 1L, long.MaxValue),
            },
            Physical = _random.Chance(70),
        });

    private Step Bad() => _random.Below(10) switch
    {
        0 => new Call(Rpc.Range, _kv.UnknownSort()),
        1 => new Call(Rpc.Put, _kv.TooLarge()),
        2 => new Call(Rpc.Txn, _txn.TooLong()),
        3 => new Call(Rpc.Txn, _txn.Malformed()),
        4 => new Call(Rpc.Txn, _txn.UnknownCompare()),
        5 => new Call(Rpc.Range, new RangeRequest()),
        6 => new Call(Rpc.Put, new PutRequest { IgnoreValue = true, Value = _alphabet.Value(), Key = _alphabet.Key() }),
        7 => new Call(Rpc.DeleteRange, new DeleteRangeRequest { RangeEnd = _alphabet.ValidKey() }),
        8 => new Call(Rpc.Txn, new TxnRequest()),
        _ => new RawJson(
            _random.Pick(Rpc.Range, Rpc.Put, Rpc.Txn),
            _random.Pick(
                "", "{}", "{", "[]", "null", "{\"key\":5}", "{\"key\":\"!\"}", "{\"key\":\"YQ==\",\"revision\":\"x\"}",
                "{\"key\":\"YQ==\",\"nothing\":{\"a\":[1]}}", "{\"key\":\"YQ\"}", "{\"key\":\"_-8=\"}",
                "{\"key\":\"YQ==\",\"sort_order\":\"UP\"}", "{\"key\":\"YQ==\",\"limit\":1.5}", "{\"key\":null}")),
    };

    /// <summary>What an alarm forbids and what not, from its activation to its end (N3, N5).</summary>
    private IEnumerable<Step> Alarmed()
    {
        const ulong Member = 0x77;
        var kind = _random.Pick(AlarmType.Nospace, AlarmType.Nospace, AlarmType.Corrupt);
        var alarm = new AlarmRequest { Action = AlarmAction.Activate, MemberID = Member, Alarm = kind };
        var end = new AlarmRequest { Action = AlarmAction.Deactivate, MemberID = Member, Alarm = kind };
        var steps = new List<Step> { new Call(Rpc.Alarm, alarm), Compaction() };
        for (var i = 0; i < 8; i++)
        {
            steps.Add(_random.Below(7) switch
            {
                0 => new Call(Rpc.Put, _kv.Put()),
                1 => new Call(Rpc.Range, _kv.Range()),
                2 => new Call(Rpc.DeleteRange, _kv.Delete()),
                3 => new Call(Rpc.LeaseGrant, new LeaseGrantRequest { ID = 9, TTL = 1_000_000 }),
                4 => new Call(Rpc.LeaseRevoke, new LeaseRevokeRequest { ID = _random.Pick(9L, 1L) }),
                5 => new Call(Rpc.Alarm, new AlarmRequest()),
                _ => new Call(Rpc.Txn, _txn.Flat()),
            });
        }

        return [.. steps, new Call(Rpc.Alarm, end), new Call(Rpc.Alarm, end)];
    }

    /// <summary>Turns a share of the unary calls into their JSON form.</summary>
    private Step Styled(Step step) =>
        step is Call { Json: null } call && _random.Chance(12)
            ? call with { Json = (JsonStyle)_random.Below(4) }
            : step;
}
