// Help is complete, is what the code says, and reaches Get-Help.

using System.Management.Automation;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Help;

public sealed class HelpTests
{
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
        var commands = Commands.Imported().ToDictionary(static c => c.Name);
        foreach (var (name, _) in Commands.Types)
        {
            foreach (var example in HelpPage.Read(name).Examples)
            {
                var script = System.Management.Automation.Language.Parser.ParseInput(example.Code, out _, out var errors);
                Assert.Empty(errors);
                foreach (var use in script.FindAll(static a => a is System.Management.Automation.Language.CommandAst, true)
                    .Cast<System.Management.Automation.Language.CommandAst>()
                    .Where(static u => u.GetCommandName().Contains("-Kv", StringComparison.Ordinal)))
                {
                    var command = commands[use.GetCommandName()];
                    Assert.All(
                        use.CommandElements.OfType<System.Management.Automation.Language.CommandParameterAst>(),
                        p => Assert.Contains(p.ParameterName, command.Parameters.Keys));
                }
            }
        }
    }

    [Fact]
    public void The_topic_of_the_module_names_only_errors_that_exist()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "en-US", "about_Kv.help.txt"));
        Assert.Contains("about_Kv", text);
        Assert.All(Commands.Types.Keys.Where(text.Contains), static name => Assert.Contains(name, Commands.Types.Keys));
        Assert.All(
            ["KvKeyNotFound", "KvConflict", "KvTimeout", "KvNoLeader", "KvEndpointUnavailable"],
            id => Assert.True(text.Contains(id) && Surface.ErrorIdTests.All.Contains(id)));
    }

    private static string Value(PSObject help, string property) => help.Properties[property]?.Value switch
    {
        Array parts => string.Concat(parts.Cast<object>()),
        var value => value?.ToString() ?? string.Empty,
    };
}
