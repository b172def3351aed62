// Runs targets in processes of their own and collects what they say.
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fuzz;

/// <summary>What came of one target.</summary>
internal sealed class TargetReport(string name)
{
    public string Name { get; } = name;

    public long Inputs { get; set; }

    public long Accepted { get; set; }

    public List<Finding> Findings { get; } = [];
}

/// <summary>Fuzzes targets for a time each.</summary>
/// <param name="time">For each target.</param>
/// <param name="seed">Where chance begins.</param>
/// <param name="casesDirectory">Where the inputs of findings are put; null for nowhere.</param>
internal sealed class Campaign(TimeSpan time, int seed, string? casesDirectory)
{
    private const int ShownBytesMax = 1_500;

    /// <summary>Longest that a process may say nothing.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

    /// <summary>Fuzzes a target; where its process dies, another goes on.</summary>
    public async Task<TargetReport> RunAsync(Target target)
    {
        var report = new TargetReport(target.Name);
        var started = Stopwatch.GetTimestamp();
        for (var turn = 0; Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < time; turn++)
        {
            if (await RunOnceAsync(target, report, seed + turn, time - elapsed))
            {
                break;
            }
        }

        return report;
    }

    /// <returns>False if the process died.</returns>
    private async Task<bool> RunOnceAsync(Target target, TargetReport report, int turnSeed, TimeSpan left)
    {
        var note = Path.GetTempFileName();
        var (inputs, accepted) = (report.Inputs, report.Accepted);
        using var process = Start(
            "--worker", target.Name, turnSeed.ToString(CultureInfo.InvariantCulture),
            left.TotalSeconds.ToString(CultureInfo.InvariantCulture), note);
        var errors = process.StandardError.ReadToEndAsync();
        var isDone = false;
        var death = "";
        try
        {
            while (await process.StandardOutput.ReadLineAsync().WaitAsync(SilenceMax) is { } line)
            {
                var parts = line.Split(' ');
                switch (parts[0])
                {
                    case "count":
                        report.Inputs = inputs + long.Parse(parts[1], CultureInfo.InvariantCulture);
                        report.Accepted = accepted + long.Parse(parts[2], CultureInfo.InvariantCulture);
                        break;
                    case "finding":
                        Add(report, new Finding(Text(parts[1]), Decode(parts[2]), Text(parts[3])), turnSeed);
                        break;
                    default:
                        isDone = line == "done";
                        break;
                }
            }
        }
        catch (TimeoutException)
        {
            process.Kill();
            death = $"nothing came of it within {SilenceMax.TotalSeconds} s";
        }

        await process.WaitForExitAsync();
        if (!isDone)
        {
            var text = death.Length > 0 ? death : $"the process died: {string.Join('\n', (await errors).Split('\n').Take(40))}";
            Add(report, new Finding("death " + text.Split('\n')[0], InputNote.Read(note), text), turnSeed);
        }

        File.Delete(note);
        return isDone;
    }

    private void Add(TargetReport report, Finding finding, int turnSeed)
    {
        if (report.Findings.Any(known => known.Key == finding.Key))
        {
            return;
        }

        report.Findings.Add(finding);
        Console.WriteLine($"FINDING in {report.Name} (seed {turnSeed}): {finding.Key}");
        var shown = finding.Input.AsSpan(0, Math.Min(finding.Input.Length, ShownBytesMax));
        Console.WriteLine($"  input ({finding.Input.Length} bytes): {Convert.ToBase64String(shown)}{(shown.Length < finding.Input.Length ? "…" : "")}");
        Console.WriteLine("  " + finding.Text.Replace("\n", "\n  ", StringComparison.Ordinal));
        if (casesDirectory is not null)
        {
            var directory = Directory.CreateDirectory(Path.Combine(casesDirectory, report.Name)).FullName;
            var name = Convert.ToHexStringLower(SHA256.HashData(finding.Input))[..12];
            File.WriteAllBytes(Path.Combine(directory, name), finding.Input);
            Console.WriteLine($"  kept as {report.Name}/{name}");
        }
    }

    private static Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return Process.Start(info)!;
    }

    private static byte[] Decode(string text) => text == "=" ? [] : Convert.FromBase64String(text);

    private static string Text(string encoded) => Encoding.UTF8.GetString(Decode(encoded));
}
