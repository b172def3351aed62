using System.Globalization;
using Kv.Core;

namespace Kv.Simulation.Runs;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Arguments
{
    public int Seeds { get; init; } = 1000;

    public ulong From { get; init; } = (ulong)Environment.TickCount64 * 1_000_003;

    public int Threads { get; init; } = Environment.ProcessorCount;

    public int Lines { get; init; } = Simulator.LinesShown;

    public Mutant Mutant { get; init; }

    public bool IsMutantTable { get; init; }

    /// <summary>Where a run is recorded; null if none is.</summary>
    public string? Recording { get; init; }

    /// <summary>Null if they make no sense.</summary>
    public static Arguments? Parse(string[] words)
    {
        var arguments = new Arguments();
        for (var i = 0; i < words.Length; i++)
        {
            var value = i + 1 < words.Length ? words[i + 1] : "";
            Arguments? next = words[i] switch
            {
                "simulate" => arguments,
                "--mutants" => arguments with { IsMutantTable = true },
                "--seeds" when int.TryParse(value, CultureInfo.InvariantCulture, out var seeds) => arguments with { Seeds = seeds },
                "--from" when ulong.TryParse(value, CultureInfo.InvariantCulture, out var from) => arguments with { From = from },
                "--threads" when int.TryParse(value, CultureInfo.InvariantCulture, out var threads) => arguments with { Threads = threads },
                "--record" when value.Length > 0 => arguments with { Recording = value },
                "--lines" when int.TryParse(value, CultureInfo.InvariantCulture, out var lines) => arguments with { Lines = lines },
                "--mutant" when Enum.TryParse<Mutant>(value, ignoreCase: true, out var mutant) => arguments with { Mutant = mutant },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            i += words[i] is "simulate" or "--mutants" ? 0 : 1;
            arguments = next;
        }

        return arguments;
    }
}
