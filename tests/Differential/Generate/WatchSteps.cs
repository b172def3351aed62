// Watchers: on a few streams, from any revision, with filters, previous values, fragments and ids of
// their own, which sometimes clash.
using Differential.Model;
using Etcdserverpb;
using Google.Protobuf;
using static Etcdserverpb.WatchCreateRequest.Types;

namespace Differential.Generate;

/// <summary>Makes steps of the Watch service.</summary>
internal sealed class WatchSteps(SplitMix random, Alphabet alphabet)
{
    private const int Streams = 3;

    public IEnumerable<Step> Next() => random.Below(100) switch
    {
        < 52 => [new CreateWatcher(random.Below(Streams), Create())],
        < 90 => [new CancelWatcher(random.Below(Streams), random.Below(14))],
        < 94 => [new CloseStream(random.Below(Streams))],
        _ => [new JsonWatch(Following())],
    };

    private WatchCreateRequest Create()
    {
        var (key, end) = alphabet.Range();
        var request = new WatchCreateRequest
        {
            Key = key,
            RangeEnd = end,
            StartRevision = random.Chance(40) ? 0 : alphabet.Revision(),
            PrevKv = random.Chance(40),
            ProgressNotify = random.Chance(10),
            Fragment = random.Chance(25),
            WatchId = random.Chance(25) ? random.Pick(1L, 2L, 3L, 5L, 8L, 1L << 40, -7L) : 0,
        };
        for (var i = random.Small(3); i > 0; i--)
        {
            request.Filters.Add((FilterType)(random.Below(12) == 0 ? 9 : random.Below(2)));
        }

        return request;
    }

    /// <summary>A watcher that sees everything from a key on, up to the sequence's end mark.</summary>
    private WatchCreateRequest Following()
    {
        var request = new WatchCreateRequest
        {
            Key = random.Chance(50) ? Alphabet.Zero : alphabet.ValidKey(),
            RangeEnd = Alphabet.Zero,
            StartRevision = random.Pick(
                0,
                -3,
                Symbols.Current(-random.Below(30)),
                Symbols.Current(-random.Small(4)),
                Symbols.Compacted(random.Below(3) - 1)),
            PrevKv = random.Chance(50),
            Fragment = random.Chance(25),
        };
        if (random.Chance(20))
        {
            request.Filters.Add(FilterType.Nodelete);
        }

        return request;
    }
}
