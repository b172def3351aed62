// Makes the input of a finding as short and plain as it can be for the same finding.
using System.Diagnostics;

namespace Fuzz;

/// <summary>Shrinks inputs.</summary>
internal static class Minimizer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The shortest input found for which <paramref name="isSame"/> still holds.</summary>
    public static byte[] Shrink(byte[] input, Func<byte[], bool> isSame)
    {
        var started = Stopwatch.GetTimestamp();
        for (var size = Math.Max(1, input.Length / 2); size > 0; size /= 2)
        {
            for (var at = input.Length - size; at >= 0; at -= size)
            {
                if (Stopwatch.GetElapsedTime(started) > Patience)
                {
                    return input;
                }

                byte[] shorter = [.. input[..at], .. input[(at + size)..]];
                if (isSame(shorter))
                {
                    input = shorter;
                    at = Math.Min(at, input.Length);
                }
            }
        }

        for (var at = 0; at < input.Length && Stopwatch.GetElapsedTime(started) < Patience; at++)
        {
            foreach (var plain in "\0a0"u8)
            {
                byte[] plainer = [.. input];
                plainer[at] = plain;
                if (input[at] != plain && isSame(plainer))
                {
                    input = plainer;
                    break;
                }
            }
        }

        return input;
    }
}
