// How the arguments of a command are written: flags as for the node, one or two dashes, --flag=value or
// --flag value, and files between them in any place. One description serves reading and help.
using System.Text;
using Kv.Node.Options;

namespace Kv.Node.Commands;

/// <summary>The arguments a command takes.</summary>
/// <param name="Command">The words before them: <c>snapshot restore</c>.</param>
/// <param name="Summary">What it does, in lines of at most 100 columns.</param>
/// <param name="Flags">Its flags.</param>
internal sealed record CommandSyntax(string Command, string Summary, IReadOnlyList<CommandFlag> Flags)
{
    private const int HelpColumn = 40;

    /// <summary>What it is about: a file, unless said otherwise.</summary>
    public string Operand { get; init; } = "file";

    /// <summary>Applies the flags.</summary>
    /// <returns>The file named; null if help was asked for.</returns>
    /// <exception cref="OptionsException">A flag is unknown or has a wrong value, or there is not exactly
    /// one file.</exception>
    public string? Parse(IReadOnlyList<string> arguments)
    {
        var files = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith('-') || argument == "-")
            {
                files.Add(argument);
                continue;
            }

            var text = argument.TrimStart('-');
            var split = text.IndexOf('=');
            var name = split < 0 ? text : text[..split];
            if (name is "help" or "h")
            {
                return null;
            }

            var flag = Find(name);
            var value = split >= 0 ? text[(split + 1)..]
                : flag.IsBoolean ? "true"
                : i + 1 < arguments.Count ? arguments[++i]
                : throw new OptionsException($"flag --{flag.Name} needs a value");
            Apply(flag, value);
        }

        return files.Count == 1
            ? files[0]
            : throw new OptionsException(
                $"kvnode {Command} takes one {Operand} and got {files.Count}; kvnode {Command} --help shows how");
    }

    /// <summary>The help text.</summary>
    public string Render()
    {
        var text = new StringBuilder($"{Summary}\n\nUsage: kvnode {Command} {Operand.ToUpperInvariant()} [flags]\n\nFlags:\n");
        foreach (var flag in Flags)
        {
            var shorter = flag.Short is null ? "" : $"-{flag.Short}, ";
            var left = $"  {shorter}--{flag.Name}{(flag.IsBoolean ? "" : " " + flag.Placeholder)}";
            text.Append(left.PadRight(HelpColumn));
            if (left.Length >= HelpColumn)
            {
                text.Append('\n').Append(' ', HelpColumn);
            }

            text.Append(flag.Help).Append('\n');
            if (flag.Default.Length > 0)
            {
                text.Append(' ', HelpColumn).Append("default: ").Append(flag.Default).Append('\n');
            }
        }

        return text.ToString();
    }

    private static void Apply(CommandFlag flag, string value)
    {
        try
        {
            flag.Apply(value);
        }
        catch (FormatException problem)
        {
            throw new OptionsException(
                $"invalid value \"{value.ReplaceLineEndings(" ")}\" for --{flag.Name}: {problem.Message}");
        }
    }

    private CommandFlag Find(string name)
    {
        var flag = Flags.FirstOrDefault(flag => flag.Name == name || flag.Short == name);
        if (flag is not null)
        {
            return flag;
        }

        var closest = Spelling.Closest(name, Flags.Select(known => known.Name));
        throw new OptionsException(closest is null
            ? $"unknown flag --{name} for kvnode {Command}; it takes "
                + string.Join(", ", Flags.Select(known => "--" + known.Name))
            : $"unknown flag --{name} for kvnode {Command}; did you mean --{closest}?");
    }
}
