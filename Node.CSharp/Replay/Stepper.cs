// Shows a replay input by input.
using System.Globalization;
using Kv.Core.Raft;

namespace Kv.Node.Replay;

/// <summary>Goes through one member's recording.</summary>
/// <param name="member">Whose.</param>
/// <param name="filter">What is shown.</param>
/// <param name="writer">Writes the story between the inputs.</param>
/// <param name="output">Where the inputs go.</param>
/// <param name="input">Waits for a line after each input, and shows the states; null for neither.</param>
internal sealed class Stepper(MemberStory member, StoryFilter filter, StoryWriter writer, TextWriter output, TextReader? input)
{
    private const string Prompt = "Enter: next input; s: to the next line of the story; e: to the end; q: quit";

    private enum Pace
    {
        Input,
        Story,
        End,
    }

    private Pace _pace = Pace.Input;
    private bool _isDamaged;

    /// <summary>Shows everything that is wanted, or up to where the user has enough.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        foreach (var item in member.Replay())
        {
            var story = member.Teller.TellOne(item);
            if (item is ReplayedStep step && filter.Takes(step.Time, step.After.Status.Term) && !Show(step, story))
            {
                return 0;
            }

            Write(story);
            if (item is ReplayedDivergence)
            {
                return Commands.ReplayCommand.Diverged;
            }
        }

        Write(member.Teller.TellRest());
        writer.End((long)member.Steps, _isDamaged);
        return _isDamaged ? 1 : 0;
    }

    private void Write(IReadOnlyList<Told> story)
    {
        foreach (var line in story)
        {
            _isDamaged |= line.Kind == "damage";
            if (line.Kind == "divergence" || filter.Takes(line))
            {
                writer.Write(member.Name, line);
            }
        }
    }

    /// <summary>False if the user has enough.</summary>
    private bool Show(ReplayedStep step, IReadOnlyList<Told> story)
    {
        if (_pace == Pace.Story && story.Count > 0)
        {
            _pace = Pace.Input;
        }

        if (_pace != Pace.Input)
        {
            return true;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{StoryWriter.Show(step.Time)} step {step.Number} ({step.Place}): {member.Teller.Rename(Describe.Input(step.Input))}"));
        if (input is not null)
        {
            Indent("before", Describe.Brief(step.Before).Split('\n'));
        }

        Indent("event", step.Output.Events.Select(Describe.Event));
        Indent("effect", Describe.Effects(step.Output));
        if (input is null)
        {
            return true;
        }

        Indent("after", Describe.Brief(step.After).Split('\n'));
        output.WriteLine(Prompt);
        switch (input.ReadLine()?.Trim())
        {
            case "q":
                return false;
            case "s":
                _pace = Pace.Story;
                return true;
            case "e" or null:
                _pace = Pace.End;
                return true;
            default:
                return true;
        }
    }

    private void Indent(string word, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            output.WriteLine($"    {word,-6} {member.Teller.Rename(line)}");
        }
    }
}
