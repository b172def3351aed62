// What is done to leases. Those that keys are attached to live longer than any run, so that none ends
// by itself while it is looked at.
using Differential.Model;
using Etcdserverpb;

namespace Differential.Generate;

/// <summary>Makes steps of the Lease service.</summary>
internal sealed class LeaseSteps(SplitMix random, Alphabet alphabet)
{
    private const long Long = 1_000_000;
    private const long TtlMax = 9_000_000_000;

    public IEnumerable<Step> Next() => random.Below(20) switch
    {
        < 6 => [Grant(alphabet.LeaseId(), Long + random.Below(1000))],
        < 9 => [Revoke(random.Below(8) == 0 ? random.Pick(0L, -1L, 77L) : alphabet.LeaseId())],
        < 13 => [TimeToLive(AnyId())],
        < 15 => [new Call(Rpc.LeaseLeases, new LeaseLeasesRequest())],
        < 17 => [KeepAlive()],
        17 => [Grant(random.Pick(-1L, 7L, long.MaxValue), random.Pick(TtlMax, TtlMax + 1, long.MaxValue)), Revoke(7)],
        18 => [new BriefLease(random.Pick(0L, -5L, 1L, long.MinValue))],
        _ => OwnLife(),
    };

    /// <summary>A lease whose id the server chose, from its grant to its end.</summary>
    private IEnumerable<Step> OwnLife() =>
    [
        Grant(0, Long),
        TimeToLive(Symbols.OwnLease),
        new Call(Rpc.LeaseLeases, new LeaseLeasesRequest()),
        new KeepAlive([Symbols.OwnLease], random.Chance(20)),
        Revoke(Symbols.OwnLease),
        TimeToLive(Symbols.OwnLease),
    ];

    private static Call Grant(long id, long ttl) => new(Rpc.LeaseGrant, new LeaseGrantRequest { ID = id, TTL = ttl });

    private static Call Revoke(long id) => new(Rpc.LeaseRevoke, new LeaseRevokeRequest { ID = id });

    private Call TimeToLive(long id) =>
        new(Rpc.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = id, Keys = random.Chance(60) });

    private KeepAlive KeepAlive()
    {
        var ids = new long[1 + random.Small(3)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = AnyId();
        }

        return new KeepAlive(ids, random.Chance(30));
    }

    private long AnyId() => random.Below(6) == 0 ? random.Pick(77L, -1L, 0L) : alphabet.LeaseId();
}
