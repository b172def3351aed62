// The one source of chance of a run: everything that could have gone otherwise is drawn from it, so a seed is a
// run. It stands in for the node's own source, too.
namespace Kv.Simulation;

/// <summary>A splittable generator (SplitMix64), the same on every runtime.</summary>
internal sealed class Chance(ulong seed) : Random
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        _state += 0x9e3779b97f4a7c15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>A generator of its own for a part of the run: what one part draws does not shift what another
    /// does.</summary>
    public Chance Fork() => new(NextBits());

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(NextBits() % (ulong)bound);

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public long Between(long low, long high) => low + (long)(NextBits() % (ulong)(high - low + 1));

    /// <summary>True so many times in a thousand.</summary>
    public bool Permille(int chances) => chances > 0 && Below(1000) < chances;

    /// <summary>One of these.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public override int Next() => (int)(NextBits() >> 33);

    public override int Next(int maxValue) => Below(maxValue);

    public override int Next(int minValue, int maxValue) => minValue + Below(maxValue - minValue);

    public override long NextInt64() => (long)(NextBits() >> 1);

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    protected override double Sample() => NextDouble();

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        for (var i = 0; i < buffer.Length; i++)
        {
            buffer[i] = (byte)NextBits();
        }
    }
}
