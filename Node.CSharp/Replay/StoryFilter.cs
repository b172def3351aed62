namespace Kv.Node.Replay;

/// <summary>What of a story is wanted.</summary>
internal sealed class StoryFilter
{
    public DateTimeOffset? From { get; set; }

    public DateTimeOffset? To { get; set; }

    public ulong? Term { get; set; }

    /// <summary>True if this line is wanted.</summary>
    public bool Takes(Told line) => Takes(line.Time, line.Term);

    /// <summary>True if what happens at this time in this term is wanted.</summary>
    public bool Takes(DateTimeOffset time, ulong term) =>
        !(time < From) && !(time > To) && (Term is null || Term == term);
}
