// One target in a process of its own, which says what it does line by line: a parser that overflows its stack or
// never comes back takes no other with it.
using System.Diagnostics;
using System.Text;

namespace Fuzz;

/// <summary>The fuzzing process.</summary>
internal static class Worker
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    /// <summary>Fuzzes a target for a time.</summary>
    public static void Run(Target target, int seed, TimeSpan time, string noteFile)
    {
        using var note = new InputNote(noteFile);
        var fuzzer = new Fuzzer(target, seed) { OnInput = note.Write, OnFinding = finding => Report(target, finding) };
        fuzzer.TryCorpus();
        var started = Stopwatch.GetTimestamp();
        var reported = TimeSpan.Zero;
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < time)
        {
            fuzzer.Step();
            if (elapsed - reported >= ReportInterval)
            {
                reported = elapsed;
                Say($"count {fuzzer.Inputs} {fuzzer.AcceptedInputs}");
            }
        }

        Say($"count {fuzzer.Inputs} {fuzzer.AcceptedInputs}");
        Say("done");
    }

    private static void Report(Target target, Finding finding)
    {
        var input = finding.Key is "slow" or "large" || finding.Key.StartsWith("corpus", StringComparison.Ordinal)
            ? finding.Input
            : Minimizer.Shrink(finding.Input, shorter => Fuzzer.Check(target, shorter, out _)?.Key == finding.Key);
        Say($"finding {Encode(Encoding.UTF8.GetBytes(finding.Key))} {Encode(input)} {Encode(Encoding.UTF8.GetBytes(finding.Text))}");
    }

    private static string Encode(byte[] bytes) => bytes.Length == 0 ? "=" : Convert.ToBase64String(bytes);

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
