// How the command line is split into settings, and what is said about one that cannot be.
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Options;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--name=x")]
    [InlineData("-name=x")]
    [InlineData("--name", "x")]
    [InlineData("-name", "x")]
    [InlineData("--name=first", "--name=x")]
    public void A_value_may_be_written_in_all_of_gos_ways(params string[] arguments)
    {
        var setting = Assert.Single(CommandLine.Parse(arguments).Settings);

        Assert.Equal(("name", "x", "--name"), (setting.Flag.Name, setting.Text, setting.Source));
    }

    [Theory]
    [InlineData("--pre-vote", "true")]
    [InlineData("--pre-vote=false", "false")]
    public void A_boolean_needs_no_value_and_never_takes_the_next_argument(string argument, string expected)
    {
        var settings = CommandLine.Parse([argument, "--name", "n"]).Settings;

        Assert.Equal([expected, "n"], settings.Select(setting => setting.Text));
    }

    [Fact]
    public void A_value_may_look_like_a_flag_and_hold_equals_signs()
    {
        var settings = CommandLine.Parse(["--quota-backend-bytes", "-1", "--initial-cluster=a=http://h:1"]).Settings;

        Assert.Equal(["-1", "a=http://h:1"], settings.Select(setting => setting.Text));
    }

    [Theory]
    [InlineData("--help", StartAction.ShowHelp)]
    [InlineData("-h", StartAction.ShowHelp)]
    [InlineData("--version", StartAction.ShowVersion)]
    public void Help_and_version_end_the_reading(string argument, object expected)
    {
        Assert.Equal(expected, CommandLine.Parse([argument, "--nonsense"]).Action);
    }

    [Theory]
    [InlineData("unknown flag --election-timeut; did you mean --election-timeout?", "--election-timeut=5")]
    [InlineData("unknown flag -data_dir; did you mean --data-dir?", "-data_dir", "x")]
    [InlineData("unknown flag --zzzzzzzz; kvnode --help lists the flags", "--zzzzzzzz")]
    [InlineData("flag --name needs a value", "--name")]
    [InlineData("unexpected argument \"false\": settings start with --", "--pre-vote", "false")]
    [InlineData("unexpected argument \"--\": no flag name in it", "--")]
    [InlineData("unexpected argument \"---name\": no flag name in it", "---name")]
    [InlineData("unexpected argument \"--=x\": no flag name in it", "--=x")]
    public void A_malformed_command_line_is_refused_in_one_line(string expected, params string[] arguments)
    {
        var problem = Assert.Throws<OptionsException>(() => CommandLine.Parse(arguments));

        Assert.Equal(expected, problem.Message);
    }
}
