// Every input that once was a finding, and a short run of each parser. The long runs are scripts/fuzz.sh.
using Xunit;

namespace Fuzz;

/// <summary>Fuzzed parsers.</summary>
public sealed class FuzzTests
{
    private const int Seed = 1;

    private static readonly string Cases = Path.Combine(AppContext.BaseDirectory, "cases");

    public static TheoryData<string> Names => [.. Targets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_a_finding_is_none_any_more(string name)
    {
        var target = Targets.Find(name)!;
        var directory = new DirectoryInfo(Path.Combine(Cases, name));
        foreach (var file in directory.Exists ? directory.GetFiles() : [])
        {
            var finding = Fuzzer.Check(target, File.ReadAllBytes(file.FullName), out _);
            Assert.True(finding is null, $"{file.Name}: {finding?.Text}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_short_run_finds_nothing(string name)
    {
        var target = Targets.Find(name)!;
        var found = new List<string>();
        var fuzzer = new Fuzzer(target, Seed)
        {
            OnFinding = finding => found.Add($"{Convert.ToBase64String(finding.Input)}: {finding.Text}"),
        };
        fuzzer.TryCorpus();
        Assert.True(fuzzer.Inputs > 0, "there is no valid input to begin with");
        for (var i = 0; i < target.QuickInputs; i++)
        {
            fuzzer.Step();
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        Assert.True(fuzzer.AcceptedInputs < fuzzer.Inputs, "nothing was refused");
    }

    [Fact]
    public void Every_case_is_of_a_target()
    {
        Assert.All(
            Directory.Exists(Cases) ? Directory.GetDirectories(Cases) : [],
            directory => Assert.NotNull(Targets.Find(Path.GetFileName(directory))));
    }
}
