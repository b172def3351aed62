namespace Checking;

/// <summary>What the checkers found.</summary>
public sealed class Report
{
    /// <summary>The rules that are broken.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>What could not be decided within the budget: neither right nor wrong.</summary>
    public List<string> Undecided { get; } = [];

    /// <summary>What happened; null if it is impossible or undecided.</summary>
    public Timeline? Timeline { get; internal set; }

    /// <summary>Revisions the history is about.</summary>
    public long Revisions { get; internal set; }

    /// <summary>Operations of unknown outcome that may have written something.</summary>
    public int OpenOperations { get; internal set; }

    /// <summary>Reads of states before the one that the history begins with, which cannot be judged.</summary>
    public int Unjudged { get; internal set; }

    /// <summary>True if everything was judged and nothing is broken.</summary>
    public bool IsGood => Violations.Count == 0 && Undecided.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => IsGood
        ? $"no violation ({Revisions} revisions, {OpenOperations} operations of unknown outcome)"
        : string.Join(Environment.NewLine, Violations.Select(violation => $"{violation}").Concat(Undecided.Select(text => $"UNDECIDED: {text}")));
}
