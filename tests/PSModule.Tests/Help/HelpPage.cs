// The hand-written part of a command's help: PSModule/Help/<command>.md holds the synopsis, the
// description and the examples. Everything else comes from the code.

using PSModule.Tests.Hosting;

namespace PSModule.Tests.Help;

internal sealed record HelpPage(string Synopsis, IReadOnlyList<string> Description, IReadOnlyList<HelpExample> Examples)
{
    private const string Indent = "    ";

    public static HelpPage Read(string command)
    {
        var text = File.ReadAllText(Commands.Source("PSModule", "Help", command + ".md"));
        var sections = text.TrimEnd().Split("\n## ");
        var paragraphs = sections[0].Split("\n\n");
        var head = paragraphs[0].Split('\n');
        Assert.Equal("# " + command, head[0]);
        return new HelpPage(
            string.Join(' ', head.Skip(1)),
            [.. paragraphs.Skip(1).DefaultIfEmpty(string.Join(' ', head.Skip(1)))],
            [.. sections.Skip(1).Select(ReadExample)]);
    }

    private static HelpExample ReadExample(string section)
    {
        var lines = section.Split('\n');
        var code = lines.Skip(1).Where(static l => l.StartsWith(Indent, StringComparison.Ordinal)).Select(static l => l[Indent.Length..]);
        var remarks = lines.Skip(1).Where(static l => l.Length > 0 && !l.StartsWith(Indent, StringComparison.Ordinal));
        return new HelpExample(lines[0], string.Join('\n', code), string.Join(' ', remarks));
    }
}

internal sealed record HelpExample(string Title, string Code, string Remarks);
