// Long runs from the command line: `--requests 100000 --seed 1 --users true`. Prints what was played, and the
// accepted differences; ends with 1 if anything else differs.
using System.Diagnostics;
using System.Globalization;
using Differential;
using Differential.Equality;

if (args.Length % 2 != 0 || args.Where((_, i) => i % 2 == 0).Except(["--requests", "--seed", "--shrink-seconds", "--users"]).Any())
{
    Console.Error.WriteLine("usage: [--requests N] [--seed S] [--shrink-seconds T] [--users true]");
    return 2;
}

var requests = int.Parse(Value("--requests", "10000"), CultureInfo.InvariantCulture);
var seed = ulong.Parse(Value("--seed", $"{Environment.TickCount64}"), CultureInfo.InvariantCulture);
var limit = TimeSpan.FromSeconds(int.Parse(Value("--shrink-seconds", "300"), CultureInfo.InvariantCulture));
Console.WriteLine($"seed {seed}, {requests} requests");
var watch = Stopwatch.StartNew();
var found = await Differences.FindAsync(seed, requests, limit, bool.Parse(Value("--users", "false")));
foreach (var (kind, count) in found.Kinds.OrderByDescending(pair => pair.Value))
{
    Console.WriteLine($"{count,8} {kind}");
}

Console.WriteLine($"{found.Kinds.Values.Sum(),8} in {watch.Elapsed.TotalSeconds:F0} s");
Console.WriteLine("accepted differences:");
foreach (var accepted in AcceptedDifferences.All)
{
    var times = accepted.Covers is null ? "" : $" (met {found.Met.GetValueOrDefault(accepted)} times)";
    Console.WriteLine($"  {accepted.What}{times}: {accepted.Reason}");
}

Console.WriteLine(found.Report ?? "no other difference");
return found.Report is null ? 0 : 1;

string Value(string name, string otherwise)
{
    var index = Array.IndexOf(args, name);
    return index < 0 ? otherwise : args[index + 1];
}
