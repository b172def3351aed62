// Fuzzes the parsers, and prints a table of what came of it.
using System.Globalization;
using Fuzz;

if (args is ["--worker", var workerTarget, var workerSeed, var seconds, var note])
{
    Worker.Run(
        Targets.Find(workerTarget)!, int.Parse(workerSeed, CultureInfo.InvariantCulture),
        TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), note);
    return 0;
}

if (args is ["--try", var tried, var file])
{
    var finding = Fuzzer.Check(Targets.Find(tried)!, File.ReadAllBytes(file), out var answer);
    Console.WriteLine(finding?.Text ?? $"{(answer.IsAccepted ? "accepted" : "refused")}: {answer.Shape}");
    return finding is null ? 0 : 1;
}

const string usage = """
    usage: fuzz.sh [--minutes N (for each target; may be a fraction)] [--target NAME]... [--seed S] [--jobs N] [--cases DIR] [--list]
           fuzz.sh --try TARGET FILE
    """;
var (minutes, seed, jobs) = (1.0, Random.Shared.Next(), 1);
string? cases = null;
var chosen = new List<Target>();
for (var i = 0; i < args.Length; i++)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    var isRight = args[i] switch
    {
        "--minutes" => double.TryParse(value, CultureInfo.InvariantCulture, out minutes) && minutes > 0,
        "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
        "--jobs" => int.TryParse(value, CultureInfo.InvariantCulture, out jobs) && jobs > 0,
        "--cases" => (cases = value).Length > 0,
        "--target" => Targets.Find(value) is { } target && Add(target),
        _ => false,
    };
    if (args[i] == "--list")
    {
        Console.WriteLine(string.Join('\n', Targets.All.Select(target => target.Name)));
        return 0;
    }

    if (!isRight)
    {
        Console.Error.WriteLine(usage);
        return 2;
    }

    i++;
}

Console.WriteLine(FormattableString.Invariant($"seed {seed}, {minutes} minutes for each target"));
var campaign = new Campaign(TimeSpan.FromMinutes(minutes), seed, cases);
var reports = new List<TargetReport>();
await Parallel.ForEachAsync(
    chosen.Count > 0 ? chosen : Targets.All,
    new ParallelOptions { MaxDegreeOfParallelism = jobs },
    async (target, _) =>
    {
        var report = await campaign.RunAsync(target);
        lock (reports)
        {
            reports.Add(report);
        }

        Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {report.Name}: {report.Inputs} inputs, {report.Findings.Count} findings");
    });

Console.WriteLine($"{"target",-22} {"inputs",12} {"accepted",12} {"refused",12} {"findings",8}");
foreach (var report in reports.OrderBy(report => report.Name, StringComparer.Ordinal))
{
    Console.WriteLine(
        $"{report.Name,-22} {report.Inputs,12} {report.Accepted,12} {report.Inputs - report.Accepted,12} {report.Findings.Count,8}");
}

return reports.Sum(report => report.Findings.Count) == 0 ? 0 : 1;

bool Add(Target target)
{
    chosen.Add(target);
    return true;
}
