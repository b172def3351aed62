// Who held the lock when: two must never be sure of it at once.
namespace Kv.Simulation.Checkers;

internal sealed class LockExclusive
{
    private readonly List<Holding> _holdings = [];

    /// <summary>Somebody has the lock.</summary>
    /// <param name="client">Who.</param>
    /// <param name="called">When he asked for it.</param>
    /// <param name="acquired">When he knew.</param>
    public Holding Acquired(int client, long called, long acquired)
    {
        var holding = new Holding(client, called, acquired);
        _holdings.Add(holding);
        return holding;
    }

    /// <summary>Looks at all of them.</summary>
    /// <exception cref="Violation">Somebody got the lock while another surely had it.</exception>
    public void Check()
    {
        foreach (var one in _holdings)
        {
            foreach (var other in _holdings)
            {
                if (one != other && other.Called > one.Acquired && other.Acquired < one.Until)
                {
                    throw new Violation("lock-exclusive", $"{other} came while {one} held it");
                }
            }
        }
    }

    internal sealed record Holding(int Client, long Called, long Acquired)
    {
        /// <summary>Until when it was surely his.</summary>
        public long Until { get; set; }
    }
}
