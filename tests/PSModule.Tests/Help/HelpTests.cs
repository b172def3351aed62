// Help is complete, is what the code says, and reaches Get-Help.

using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Help;

public sealed class HelpTests
{
    private static readonly Lazy<Dictionary<string, CmdletInfo>> Imported = new(static () => Commands.Imported().ToDictionary(static c => c.Name));

    [Fact]
    public void The_help_file_is_what_the_pages_and_the_code_say() =>
        Commands.MatchesFile(Commands.Source("PSModule", "en-US", "Kv.dll-Help.xml"), new MamlFile().Build());

    [Fact]
    public void Every_command_has_synopsis_description_parameters_and_examples()
    {
        using var shell = new Shell();
        foreach (var (name, _) in Commands.Types)
        {
            var help = shell.Run("Get-Help $a -Full", name).WithoutErrors().Output[0];
            Assert.NotEqual(name, Value(help, "Synopsis"));
            Assert.NotEmpty(Value(help, "description"));
            Assert.NotEmpty(shell.Run("$a.examples.example", help).WithoutErrors().Output);
            var described = shell.Run("$a.parameters.parameter | ForEach-Object { if ($_.description) { $_.name } }", help)
                .WithoutErrors().Output.Select(static o => o.ToString());
            var own = shell.Run("(Get-Command $a).Parameters.Keys", name).As<string>()
                .Where(static p => p is "WhatIf" or "Confirm" || !Commands.Common.Contains(p));
            Assert.Equal(own.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Examples_name_only_commands_and_parameters_that_exist()
    {
        foreach (var (name, _) in Commands.Types)
        {
            foreach (var example in HelpPage.Read(name).Examples)
            {
                AssertExists(example.Code);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void Topics_name_only_commands_parameters_and_errors_that_exist(string topic)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "en-US", topic + ".help.txt"));
        Assert.StartsWith($"TOPIC\n    {topic}\n\nSHORT DESCRIPTION\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n');
        Assert.All(lines, static line => Assert.True(line.Length <= 110, line));
        AssertExists(string.Join("\n", Code(text)));

        // The right column of tables, and what is said in passing.
        foreach (var line in lines.Where(static l => Regex.IsMatch(l, @"^    \S.*\s{2,}\S*-Kv")))
        {
            AssertExists(Regex.Split(line.Trim(), @"\s{2,}")[^1]);
        }

        Assert.All(
            Regex.Matches(text, @"\b[A-Z][a-z]+-Kv\w+").Select(static m => m.Value),
            static name => Assert.Contains(name, Commands.Types.Keys));
        Assert.All(
            Regex.Matches(text, @"^    (Kv\w+) {2,}|\berror (Kv\w+)", RegexOptions.Multiline).Select(static m => m.Groups[1].Value + m.Groups[2].Value),
            static id => Assert.Contains(id, Surface.ErrorIdTests.All));
        Assert.All(
            Regex.Matches(text, @"about_Kv\w*").Select(static m => m.Value),
            static other => Assert.Contains(other, Topics));
    }

    [Fact]
    public void The_walk_in_the_topic_is_the_one_of_the_script()
    {
        var script = File.ReadAllText(Commands.Source("scripts", "demo.ps1"));
        var topic = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "en-US", "about_Kv_Demo.help.txt"));
        var walk = topic[topic.IndexOf("  1. ", StringComparison.Ordinal)..topic.IndexOf("  10. ", StringComparison.Ordinal)];
        Assert.All(Code(walk), line => Assert.Contains($"    {line}\n", script));
        Assert.All(
            Regex.Matches(walk, @"^  \d+\. (.*)$", RegexOptions.Multiline).Select(static m => m.Groups[1].Value),
            title => Assert.Contains($"Step '{title}'", script));
    }

    public static TheoryData<string> Topics =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "en-US"), "about_*")
            .Select(static f => Path.GetFileName(f).Replace(".help.txt", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Code(string text) =>
        text.Split('\n').Where(static l => l.StartsWith("        ", StringComparison.Ordinal)).Select(static l => l.Trim());

    /// <summary>It is PowerShell, and the module's commands in it have the parameters they are given.</summary>
    private static void AssertExists(string code)
    {
        var commands = Imported.Value;
        var script = Parser.ParseInput(code, out _, out var errors);
        Assert.True(errors.Length == 0, code);
        foreach (var use in script.FindAll(static a => a is CommandAst, true).Cast<CommandAst>()
            .Where(static u => u.GetCommandName()?.Contains("-Kv", StringComparison.Ordinal) == true))
        {
            Assert.True(commands.ContainsKey(use.GetCommandName()), use.ToString());
            var command = commands[use.GetCommandName()];
            Assert.All(
                use.CommandElements.OfType<CommandParameterAst>(),
                parameter => Assert.True(command.Parameters.ContainsKey(parameter.ParameterName), use.ToString()));
        }
    }

    private static string Value(PSObject help, string property) => help.Properties[property]?.Value switch
    {
        Array parts => string.Concat(parts.Cast<object>()),
        var value => value?.ToString() ?? string.Empty,
    };
}
