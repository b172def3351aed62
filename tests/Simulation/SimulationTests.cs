// The suite's part of the simulator: fresh seeds in every run, the seeds that once failed, the same seed twice, and
// planted bugs that must be found.
using Kv.Core;
using Kv.Node.Ports;
using Kv.Node.Replay;
using Kv.Simulation.Checkers;
using Kv.Simulation.Runs;
using Xunit;
using Xunit.Abstractions;

namespace Kv.Simulation;

/// <remarks>One class: a planted bug is there for the whole process.</remarks>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int FreshSeeds = 100;

    [Fact]
    public void Fresh_seeds_keep_all_rules()
    {
        var first = (ulong)Environment.TickCount64 * 1_000_003;
        var total = MustPass(Enumerable.Range(0, FreshSeeds).Select(i => first + (ulong)i));

        // A simulator in which little happens finds little.
        Assert.True(
            total.Elections > 80 && total.Starts > 300 && total.Ends > 150 && total.Operations > 5_000 && total.Snapshots > 20
            && total.WatchEvents > 1_000,
            total.ToString());
    }

    [Fact]
    public void Seeds_that_once_failed_pass()
    {
        var seeds = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus.txt"))
            .Select(line => line.Split('#')[0].Trim()).Where(word => word.Length > 0).Select(ulong.Parse).ToArray();
        Assert.NotEmpty(seeds);
        MustPass(seeds);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(77UL)]
    [InlineData(4711UL)]
    public void A_seed_is_a_run(ulong seed)
    {
        var (first, second) = (Simulator.Run(seed), Simulator.Run(seed));
        Assert.True(first.Statistics.Events > 1_000);
        Assert.Equal((first.Hash, first.Statistics.Events), (second.Hash, second.Statistics.Events));
        Assert.NotEqual(first.Hash, Simulator.Run(seed + 1).Hash);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(77UL)]
    [InlineData(4711UL)]
    public void A_seed_is_the_same_run_when_it_is_recorded_and_every_member_replays_it(ulong seed)
    {
        var directory = Directory.CreateTempSubdirectory("kv-recorded-seed-").FullName;
        try
        {
            Assert.Equal(Simulator.Run(seed).Hash, Simulator.Run(seed, recording: directory).Hash);
            var members = RecordingDirectories.Find(directory)
                .Select(path => new MemberStory(new RecordingReader(new PhysicalDisk(), path))).ToArray();
            Assert.NotEmpty(members);
            var story = MemberStory.Together(members).Select(told => told.Line).ToArray();
            Assert.DoesNotContain(story, line => line.Kind is "divergence" or "damage");
            Assert.Contains(story, line => line.Text.StartsWith("leads term ", StringComparison.Ordinal));
            Assert.All(members, member => Assert.InRange(member.Steps, 100UL, ulong.MaxValue));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Those that take few seeds; all are in <c>scripts/simulate.sh --mutants</c>.</summary>
    [Theory]
    [InlineData(Mutant.VoteTwice, "election-safety")]
    [InlineData(Mutant.VoteForShorterLog, "leader-completeness")]
    [InlineData(Mutant.AcceptBeforeDurable, null)]
    [InlineData(Mutant.ReadBeforeApplied, "stale")]
    [InlineData(Mutant.SkipSync, "leader-completeness")]
    [InlineData(Mutant.ReportBeforeSync, null)]
    [InlineData(Mutant.LoseSnapshotMark, "start")]
    [InlineData(Mutant.NameBeforeSync, "start")]
    [InlineData(Mutant.SkipDirectorySync, null)]
    [InlineData(Mutant.SameRequestIds, null)]
    [InlineData(Mutant.ProposeTwice, "once")]
    [InlineData(Mutant.WatchSkipsOne, "watch-reliable")]
    [InlineData(Mutant.ProgressTooNew, null)]
    [InlineData(Mutant.WatchPastCompaction, null)]
    [InlineData(Mutant.LeaseForgotten, "lease-early")]
    public void A_planted_bug_is_found(Mutant mutant, string? rule)
    {
        var found = MutantTable.Find(mutant, seedsMax: 300);
        Assert.True(found is not null, $"{mutant} was not found");
        output.WriteLine($"{mutant}: {found.Value.Seeds} seeds, {found.Value.Rule}");
        Assert.StartsWith(rule ?? "", found.Value.Rule, StringComparison.Ordinal);
    }

    private Statistics MustPass(IEnumerable<ulong> seeds)
    {
        var (total, failed) = Seeds.RunAll(seeds, Environment.ProcessorCount);
        output.WriteLine(total.ToString());
        Assert.True(failed.Count == 0, failed.Count == 0 ? "" : Simulator.Explain(failed[0].Seed));
        return total;
    }
}
