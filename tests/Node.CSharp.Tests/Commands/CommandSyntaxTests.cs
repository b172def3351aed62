using Kv.Node.Commands;
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Commands;

/// <summary>How arguments of commands are read.</summary>
public sealed class CommandSyntaxTests
{
    private readonly List<string> _taken = [];
    private readonly CommandSyntax _syntax;

    public CommandSyntaxTests() => _syntax = new CommandSyntax("snapshot try", "Tries.",
    [
        new CommandFlag("write-out", "simple|json", "Form.", text => _taken.Add("w=" + FlagValue.Choice(text, "simple", "json")))
        {
            Short = "w",
        },
        new CommandFlag("force", "", "Does it.", text => _taken.Add("f=" + FlagValue.Boolean(text))),
    ]);

    [Theory]
    [InlineData("--write-out json --force file.db")]
    [InlineData("file.db -w json -force")]
    [InlineData("-w=json file.db --force=true")]
    public void Flags_and_the_file_come_in_any_order(string arguments)
    {
        Assert.Equal("file.db", _syntax.Parse(arguments.Split(' ')));
        Assert.Equal(["f=True", "w=json"], _taken.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("file.db --write-out xml", "invalid value \"xml\" for --write-out: expected simple or json")]
    [InlineData("file.db --force=perhaps", "for --force: expected true or false")]
    [InlineData("file.db --write-out", "--write-out needs a value")]
    [InlineData("file.db --forc", "did you mean --force?")]
    [InlineData("file.db --nothing-like-it", "it takes --write-out, --force")]
    [InlineData("a.db b.db", "takes one file and got 2")]
    [InlineData("--force", "takes one file and got 0")]
    public void What_is_wrong_is_named(string arguments, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<OptionsException>(() => _syntax.Parse(arguments.Split(' '))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--help")]
    [InlineData("file.db -h")]
    public void Help_is_asked_for_anywhere(string arguments)
    {
        Assert.Null(_syntax.Parse(arguments.Split(' ')));
        Assert.Contains("-w, --write-out simple|json", _syntax.Render(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32, "32 B")]
    [InlineData(995_328, "995 kB")]
    [InlineData(1_384_448, "1.4 MB")]
    [InlineData(24_576, "25 kB")]
    [InlineData(9_990_000, "10 MB")]
    [InlineData(2_147_483_648, "2.1 GB")]
    public void Sizes_are_shown_as_etcd_shows_them(long bytes, string expected) =>
        Assert.Equal(expected, StatusCommand.ShowSize(bytes));
}
