// `kvnode replay`: what happened on a node, and why, from the recording in its data directory. It only reads, so it may
// be used while the node runs.
using System.Globalization;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Replay;

namespace Kv.Node.Commands;

/// <summary>Replays recordings.</summary>
internal static class ReplayCommand
{
    /// <summary>The word that asks for it.</summary>
    public const string Name = "replay";

    /// <summary>The exit code when a replay comes to something else than the node did.</summary>
    public const int Diverged = 2;

    private const string Summary = """
        Replays what the node with this data directory recorded of itself, and tells the story: who
        campaigned, voted, led and stepped down, and why; what was committed, and what held it up. DIR is
        a data directory, or one that has those of several members in it, whose stories are then told
        together. Nothing is changed, and the node may run. The exit code is 2 if a step came to
        something else than it did on the node, and 1 if part of the recording cannot be read.
        """;

    /// <summary>Runs the command.</summary>
    /// <exception cref="OptionsException">The arguments are wrong, or there is no recording.</exception>
    /// <exception cref="StorageException">The recording cannot be read.</exception>
    public static int Run(IReadOnlyList<string> arguments) => Run(arguments, Console.In, Console.Out);

    /// <summary>Runs the command with these streams.</summary>
    public static int Run(IReadOnlyList<string> arguments, TextReader input, TextWriter output)
    {
        var filter = new StoryFilter();
        var (steps, isVerbose, isJson) = (false, false, false);
        var syntax = new CommandSyntax(Name, Summary,
        [
            new CommandFlag("from", "TIME", "Tell from this time on: as in the log, 2026-01-31T23:59:59.5Z, or parts of it.",
                text => filter.From = Time(text)),
            new CommandFlag("to", "TIME", "Tell up to this time.", text => filter.To = Time(text)),
            new CommandFlag("term", "N", "Tell of this term only.",
                text => filter.Term = (ulong)FlagValue.Integer(text, 0, long.MaxValue)),
            new CommandFlag("step", "", "Show every input with the states before and behind it, and wait for Enter.",
                text => steps = FlagValue.Boolean(text)),
            new CommandFlag("verbose", "", "Show every input, what became of it, and where it stands in the recording.",
                text => isVerbose = FlagValue.Boolean(text)),
            new CommandFlag("json", "", "One JSON object a line.", text => isJson = FlagValue.Boolean(text)),
        ])
        {
            Operand = "dir",
        };
        if (syntax.Parse(arguments) is not { } directory)
        {
            output.Write(syntax.Render());
            return 0;
        }

        var directories = RecordingDirectories.Find(directory);
        if (directories.Count == 0)
        {
            throw new OptionsException(
                $"there is no recording in {directory}: it is in member/recorder of a data directory, unless the node "
                + "was run with --recorder-bytes=0");
        }

        if ((steps || isVerbose) && (isJson || directories.Count > 1))
        {
            throw new OptionsException("--step and --verbose are for the recording of one member, and for people");
        }

        StoryWriter writer = isJson ? new JsonStoryWriter(output) : new TextStoryWriter(output, directories.Count > 1);
        var members = directories.Select(path => new MemberStory(new RecordingReader(new PhysicalDisk(), path))).ToList();
        return steps || isVerbose
            ? new Stepper(members[0], filter, writer, output, steps ? input : null).Run()
            : Tell(members, filter, writer);
    }

    private static int Tell(List<MemberStory> members, StoryFilter filter, StoryWriter writer)
    {
        var isDamaged = false;
        foreach (var (member, line) in MemberStory.Together(members))
        {
            var isDivergence = line.Kind == "divergence";
            isDamaged |= line.Kind == "damage";
            if (isDivergence || filter.Takes(line))
            {
                writer.Write(member.Name, line);
            }

            if (isDivergence)
            {
                return Diverged;
            }
        }

        writer.End(members.Sum(member => (long)member.Steps), isDamaged);
        return isDamaged ? 1 : 0;
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new FormatException("expected a time as in the log, 2026-01-31T23:59:59.5Z");
}
