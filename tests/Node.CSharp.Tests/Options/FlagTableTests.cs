// The table itself, and the two texts that are made from it.
using System.Text.Json;
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Options;

public sealed class FlagTableTests
{
    [Fact]
    public void Every_row_reads_back_what_it_was_given_as_default()
    {
        foreach (var row in FlagTable.Rows.Where(row => row is { Kind: FlagKind.Value or FlagKind.Boolean or FlagKind.Duration, DependentDefault: null }))
        {
            var given = row.DefaultText;
            if (given.Length > 0)
            {
                Assert.Equal(given, FlagValue.Show(row.Read(row.Apply(new NodeOptions(), given))));
            }
        }
    }

    [Fact]
    public void Help_lists_every_flag_under_its_group_and_fits_a_wide_terminal()
    {
        var help = HelpText.Render();

        foreach (var row in FlagTable.Rows)
        {
            Assert.Equal(row.Kind != FlagKind.Legacy, help.Contains($"\n  --{row.Name}", StringComparison.Ordinal)
                && help.Contains(row.Help, StringComparison.Ordinal) && row.Kind != FlagKind.Legacy);
        }

        Assert.True(help.IndexOf("\nMember:", StringComparison.Ordinal) < help.IndexOf("\nClustering:", StringComparison.Ordinal));
        Assert.Contains("default: http://localhost:2379", help, StringComparison.Ordinal);
        Assert.Contains("default: <name>.kv", help, StringComparison.Ordinal);
        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    [Fact]
    public void The_effective_configuration_is_one_json_line_with_all_settings()
    {
        var options = OptionsLoader.Load(["--name=n1", "--pre-vote=false"], new Dictionary<string, string>()).Options;

        var line = EffectiveConfiguration.Describe(options);

        Assert.DoesNotContain('\n', line);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("n1", json.RootElement.GetProperty("name").GetString());
        Assert.Equal("n1.kv", json.RootElement.GetProperty("data-dir").GetString());
        Assert.Equal(1000, json.RootElement.GetProperty("election-timeout").GetInt32());
        Assert.False(json.RootElement.GetProperty("pre-vote").GetBoolean());
        Assert.Equal("n1=http://localhost:2380", json.RootElement.GetProperty("initial-cluster").GetString());
        Assert.False(json.RootElement.TryGetProperty("help", out _));
    }

    [Fact]
    public void Secrets_are_masked_in_the_log_and_in_errors()
    {
        var secret = new OptionFlag(
            "secret", FlagGroup.Other, FlagKind.Value, "TEXT", "A secret.",
            (o, _) => throw new FormatException("expected another"), _ => "hunter2")
        { IsSecret = true };

        var line = EffectiveConfiguration.Describe(new NodeOptions(), [secret]);
        var problem = Assert.Throws<OptionsException>(() => new Setting(secret, "hunter2", "--secret").ApplyTo(new NodeOptions()));

        Assert.Equal("""{"secret":"***"}""", line);
        Assert.Equal("invalid value for --secret: expected another", problem.Message);
    }
}
