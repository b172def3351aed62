// Requests of the KV service but transactions.
using Etcdserverpb;
using Google.Protobuf;
using static Etcdserverpb.RangeRequest.Types;

namespace Differential.Generate;

/// <summary>Makes ranges, puts and deletions.</summary>
internal sealed class KvRequests(SplitMix random, Alphabet alphabet)
{
    public RangeRequest Range()
    {
        var (key, end) = alphabet.Range();
        var request = new RangeRequest
        {
            Key = key,
            RangeEnd = end,
            Revision = alphabet.Revision(),
            Serializable = random.Chance(20),
            KeysOnly = random.Chance(10),
            CountOnly = random.Chance(8),
        };
        if (random.Chance(35))
        {
            request.Limit = random.Below(20) == 0 ? random.Pick(-1L, long.MaxValue) : 1 + random.Small(8);
        }

        if (random.Chance(35))
        {
            request.SortOrder = (SortOrder)random.Below(3);
            request.SortTarget = (SortTarget)random.Below(5);
        }

        if (random.Chance(20))
        {
            AddFilters(request);
        }

        return request;
    }

    public PutRequest Put()
    {
        var request = new PutRequest
        {
            Key = alphabet.Key(),
            Value = alphabet.Value(),
            Lease = alphabet.Lease(),
            PrevKv = random.Chance(30),
        };
        if (random.Chance(8))
        {
            request.IgnoreValue = true;
            request.Value = random.Chance(80) ? ByteString.Empty : request.Value;
        }

        if (random.Chance(8))
        {
            request.IgnoreLease = true;
            request.Lease = random.Chance(80) ? 0 : request.Lease;
        }

        return request;
    }

    public DeleteRangeRequest Delete()
    {
        var (key, end) = alphabet.Range();
        return new DeleteRangeRequest { Key = key, RangeEnd = end, PrevKv = random.Chance(40) };
    }

    /// <summary>A range with an order nobody knows. An unknown target is not asked for: etcd 3.5 dies of
    /// it.</summary>
    public RangeRequest UnknownSort()
    {
        var request = Range();
        request.SortOrder = (SortOrder)random.Pick(3, -1, 99);
        return request;
    }

    /// <summary>More than a request may hold, or than a message may.</summary>
    public PutRequest TooLarge() => new()
    {
        Key = alphabet.ValidKey(),
        Value = alphabet.Filled(random.Chance(70) ? 70_000 : 700_000),
    };

    private void AddFilters(RangeRequest request)
    {
        request.MinModRevision = random.Chance(40) ? alphabet.Bound() : 0;
        request.MaxModRevision = random.Chance(40) ? alphabet.Bound() : 0;
        request.MinCreateRevision = random.Chance(40) ? alphabet.Bound() : 0;
        request.MaxCreateRevision = random.Chance(40) ? alphabet.Bound() : 0;
    }
}
