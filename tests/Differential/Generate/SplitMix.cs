namespace Differential.Generate;

/// <summary>Pseudo-random numbers that are the same everywhere for one seed (Steele, Lea, Flood: SplitMix64).</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 up to, not including, the bound.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>True so many times of a hundred.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>Small numbers often, larger ones ever more seldom: half of the time 0, a quarter 1, …</summary>
    public int Small(int max)
    {
        var number = 0;
        while (number < max && Chance(50))
        {
            number++;
        }

        return number;
    }
}
