// What is between any two places: members, and the one place where all clients are. Each direction by itself.
using Kv.Simulation.Time;

namespace Kv.Simulation.Network;

/// <summary>All links, by the numbers of their ends.</summary>
internal sealed class Links(BadDay day, EventQueue events, Chance chance)
{
    /// <summary>The place of the clients; members count from 1.</summary>
    public const int Clients = 0;

    private readonly Dictionary<(int From, int To), Link> _links = [];

    /// <summary>Nothing goes wrong any more.</summary>
    public bool IsHealed { get; private set; }

    public bool IsCut(int from, int to) => Get(from, to).IsCut;

    /// <summary>Cuts or mends one direction.</summary>
    public void SetCut(int from, int to, bool isCut)
    {
        var link = Get(from, to);
        link.IsCut = isCut;
        link.MendedAt = events.Now;
    }

    /// <summary>Slows one direction for a while.</summary>
    public void Slow(int from, int to, long until) => Get(from, to).SlowUntil = until;

    public void Heal()
    {
        IsHealed = true;
        foreach (var link in _links.Values)
        {
            if (link.IsCut)
            {
                link.MendedAt = events.Now;
            }

            (link.IsCut, link.SlowUntil) = (false, 0);
        }
    }

    /// <summary>How long both directions have been whole; null if they are not.</summary>
    public long? WholeFor(int one, int other)
    {
        var (there, back) = (Get(one, other), Get(other, one));
        return there.IsCut || back.IsCut ? null : events.Now - Math.Max(there.MendedAt, back.MendedAt);
    }

    /// <summary>How long a message takes; -1: it is lost.</summary>
    public long Transit(int from, int to)
    {
        var link = Get(from, to);
        if (link.IsCut || (!IsHealed && chance.Permille(day.LossPermille)))
        {
            return -1;
        }

        var delay = chance.Between(0, day.NetworkDelayMax);
        if (events.Now < link.SlowUntil)
        {
            delay += day.SlowLinkDelay;
        }

        if (!IsHealed && chance.Permille(day.ReorderPermille))
        {
            return delay + chance.Between(0, day.ReorderMax);
        }

        // In order, as on one connection.
        link.Arrives = Math.Max(link.Arrives, events.Now + delay);
        return link.Arrives - events.Now;
    }

    /// <summary>How long an exchange over TCP takes one way: nothing of it is lost while the link is whole.</summary>
    /// <returns>-1: it is not.</returns>
    public long Passage(int from, int to)
    {
        var link = Get(from, to);
        return link.IsCut ? -1
            : chance.Between(0, day.NetworkDelayMax) + (events.Now < link.SlowUntil ? day.SlowLinkDelay : 0);
    }

    private Link Get(int from, int to)
    {
        if (!_links.TryGetValue((from, to), out var link))
        {
            _links[(from, to)] = link = new Link();
        }

        return link;
    }

    private sealed class Link
    {
        public bool IsCut { get; set; }

        public long SlowUntil { get; set; }

        public long Arrives { get; set; }

        public long MendedAt { get; set; }
    }
}
