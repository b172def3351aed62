// From a long sequence that ends in a difference to a short one that does, too: first only its end,
// then ever smaller parts are left out (Zeller, Hildebrandt: delta debugging), then parts of requests.
using Differential.Model;
using Differential.Play;
using Etcdserverpb;

namespace Differential.Shrink;

/// <summary>Shortens sequences within a time.</summary>
internal sealed class Shrinker(TimeSpan limit)
{
    private readonly DateTime _deadline = DateTime.UtcNow + limit;
    private Task<Pair>? _next;

    /// <summary>The difference the shortest sequence so far ends in; null if none could be repeated.</summary>
    public string? Difference { get; private set; }

    private bool IsOver => DateTime.UtcNow > _deadline;

    /// <summary>Shortens steps that ended in a difference when they were played.</summary>
    /// <returns>A sequence that does so again; the given one if none does.</returns>
    public async Task<IReadOnlyList<Step>> ShrinkAsync(IReadOnlyList<Step> steps)
    {
        var shortest = await EndAsync(steps);
        if (Difference is not null)
        {
            shortest = await WithoutPartsAsync(shortest);
            shortest = await WithSmallerRequestsAsync(shortest);
        }

        if (_next is not null)
        {
            await (await _next).DisposeAsync();
        }

        return shortest;
    }

    private async Task<IReadOnlyList<Step>> EndAsync(IReadOnlyList<Step> steps)
    {
        for (var length = 8; length < steps.Count && !IsOver; length *= 4)
        {
            if (await TryAsync([.. steps.TakeLast(length)]) is { } shorter)
            {
                return shorter;
            }
        }

        return await TryAsync(steps) ?? steps;
    }

    private async Task<IReadOnlyList<Step>> WithoutPartsAsync(IReadOnlyList<Step> steps)
    {
        for (var part = (steps.Count + 1) / 2; part > 0 && !IsOver; part = part == 1 ? 0 : (part + 1) / 2)
        {
            for (var at = 0; at < steps.Count && !IsOver;)
            {
                var shorter = await TryAsync([.. steps.Take(at), .. steps.Skip(at + part)]);
                at += shorter is null ? part : 0;
                steps = shorter ?? steps;
            }
        }

        return steps;
    }

    private async Task<IReadOnlyList<Step>> WithSmallerRequestsAsync(IReadOnlyList<Step> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            while (!IsOver && await WithSmallerRequestAsync(steps, i) is { } smaller)
            {
                steps = smaller;
            }
        }

        return steps;
    }

    private async Task<IReadOnlyList<Step>?> WithSmallerRequestAsync(IReadOnlyList<Step> steps, int index)
    {
        foreach (var smaller in Smaller(steps[index]))
        {
            if (!IsOver && await TryAsync([.. steps.Take(index), smaller, .. steps.Skip(index + 1)]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The same step over gRPC, or with one compare or operation less.</summary>
    private static IEnumerable<Step> Smaller(Step step)
    {
        if (step is Call { Json: not null } json)
        {
            yield return json with { Json = null };
        }

        if (step is not Call { Request: TxnRequest txn } call)
        {
            yield break;
        }

        var lists = Messages.All<TxnRequest>(txn).Count();
        for (var level = 0; level < lists; level++)
        {
            foreach (var pick in new Func<TxnRequest, System.Collections.IList>[] { t => t.Compare, t => t.Success, t => t.Failure })
            {
                var count = pick(Messages.All<TxnRequest>(txn).ElementAt(level)).Count;
                for (var i = 0; i < count; i++)
                {
                    var copy = txn.Clone();
                    pick(Messages.All<TxnRequest>(copy).ElementAt(level)).RemoveAt(i);
                    yield return call with { Request = copy };
                }
            }
        }
    }

    /// <summary>Plays a candidate; returns it, up to where it differs, or null.</summary>
    private async Task<IReadOnlyList<Step>?> TryAsync(IReadOnlyList<Step> steps)
    {
        var result = await RunResult.OfAsync(steps, StartAsync);
        if (result.Difference is null)
        {
            return null;
        }

        Difference = result.Difference;
        return [.. steps.Take(result.Played)];
    }

    /// <summary>Hands out a pair, and starts the one for the next try meanwhile.</summary>
    private async Task<Pair> StartAsync()
    {
        var ready = await (_next ?? Pair.StartAsync());
        _next = Pair.StartAsync();
        return ready;
    }
}
