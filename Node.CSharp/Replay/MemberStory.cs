// The story of one member, and those of several by time.
namespace Kv.Node.Replay;

/// <summary>One member's recording, replayed and told.</summary>
internal sealed class MemberStory(RecordingReader reader)
{
    /// <summary>Tells it.</summary>
    public StoryTeller Teller { get; } = new();

    /// <summary>The member's name, or its id.</summary>
    public string Name => Teller.Self;

    /// <summary>Steps that were replayed.</summary>
    public ulong Steps { get; private set; }

    /// <summary>What happened.</summary>
    public IEnumerable<Replayed> Replay()
    {
        foreach (var item in new Replayer().Run(reader.Read()))
        {
            Steps += item is ReplayedStep ? 1UL : 0;
            yield return item;
        }
    }

    /// <summary>The lines of all, in order of time; those of one member stay in their order.</summary>
    public static IEnumerable<(MemberStory Member, Told Line)> Together(IReadOnlyList<MemberStory> members)
    {
        var open = members.Select(member => (Member: member, Lines: member.Teller.Tell(member.Replay()).GetEnumerator())).ToList();
        try
        {
            open.RemoveAll(story => !story.Lines.MoveNext());
            while (open.Count > 0)
            {
                var next = open.MinBy(story => story.Lines.Current.Time);
                yield return (next.Member, next.Lines.Current);
                if (!next.Lines.MoveNext())
                {
                    open.Remove(next);
                }
            }
        }
        finally
        {
            open.ForEach(story => story.Lines.Dispose());
        }
    }
}
