// Splits the command line into settings by the rules of Go's flag package, which etcd's users know:
// one or two dashes, --flag=value or --flag value, booleans without a value, the last one wins.
namespace Kv.Node.Options;

/// <summary>The command line as settings.</summary>
/// <param name="Action">What the program is asked to do.</param>
/// <param name="Settings">The last setting of each flag, in the order of the command line.</param>
internal sealed record CommandLine(StartAction Action, IReadOnlyList<Setting> Settings)
{
    /// <summary>Reads the arguments. Asking for help or version ends the reading.</summary>
    /// <exception cref="OptionsException">Unknown flag, missing value, or an argument that is no flag.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var settings = new List<Setting>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var (name, value) = Split(argument);
            var flag = FlagTable.Find(name) ?? FindHelp(name) ?? throw Unknown(argument, name);
            if (flag.Name is FlagTable.Help or FlagTable.Version)
            {
                var action = flag.Name == FlagTable.Help ? StartAction.ShowHelp : StartAction.ShowVersion;
                return new CommandLine(action, settings);
            }

            if (value is null)
            {
                value = flag.IsBoolean ? "true"
                    : i + 1 < arguments.Count ? arguments[++i]
                    : throw new OptionsException($"flag --{flag.Name} needs a value");
            }

            settings.RemoveAll(earlier => earlier.Flag == flag);
            settings.Add(new Setting(flag, value, "--" + flag.Name));
        }

        return new CommandLine(StartAction.Run, settings);
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var dashes = argument.StartsWith("--", StringComparison.Ordinal) ? 2
            : argument.StartsWith('-') ? 1
            : throw new OptionsException($"unexpected argument \"{argument}\": settings start with --");
        var text = argument[dashes..];
        if (text.Length == 0 || text[0] is '-' or '=')
        {
            throw new OptionsException($"unexpected argument \"{argument}\": no flag name in it");
        }

        var split = text.IndexOf('=');
        return split < 0 ? (text, null) : (text[..split], text[(split + 1)..]);
    }

    private static OptionFlag? FindHelp(string name) => name == "h" ? FlagTable.Find(FlagTable.Help) : null;

    private static OptionsException Unknown(string argument, string name)
    {
        var shown = argument.Split('=')[0];
        var names = FlagTable.Rows.Where(row => row.Kind != FlagKind.Legacy).Select(row => row.Name);
        var closest = Spelling.Closest(name, names);
        return new OptionsException(closest is null
            ? $"unknown flag {shown}; kvnode --help lists the flags"
            : $"unknown flag {shown}; did you mean --{closest}?");
    }
}
