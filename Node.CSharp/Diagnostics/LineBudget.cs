namespace Kv.Node.Diagnostics;

/// <summary>So many lines a second for what others can bring about at will: their mistakes, and their attacks, must not
/// fill the log.</summary>
/// <param name="perSecond">Lines a second.</param>
/// <param name="clock">Wall clock.</param>
internal sealed class LineBudget(int perSecond, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private long _second;
    private int _told;
    private int _untold;

    /// <summary>Takes one line.</summary>
    /// <param name="untold">How many were not told since the last one that was.</param>
    /// <returns>False if there is none left.</returns>
    public bool TryTake(out int untold)
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            if (second != _second)
            {
                (_second, _told) = (second, 0);
            }

            untold = _untold;
            if (_told == perSecond)
            {
                _untold++;
                return false;
            }

            _told++;
            _untold = 0;
            return true;
        }
    }
}
