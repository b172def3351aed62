// Waiting for a condition, with a deadline instead of a guess.

using System.Diagnostics;

namespace PSModule.Tests.Hosting;

internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>True as soon as the condition holds; false if it does not in 20 seconds.</summary>
    public static bool Holds(Func<bool> condition)
    {
        var elapsed = Stopwatch.StartNew();
        while (!condition())
        {
            if (elapsed.Elapsed > Deadline)
            {
                return false;
            }

            Thread.Yield();
            Thread.Sleep(10);
        }

        return true;
    }
}
