namespace Damage;

/// <summary>What became of a damaged file.</summary>
internal enum Outcome
{
    /// <summary>Everything that was there is there.</summary>
    Exact,

    /// <summary>What was never vouched for is gone: a crash could have left the same.</summary>
    Cut,

    /// <summary>Something is missing and the node said what.</summary>
    Told,

    /// <summary>Everything is as it was at an earlier moment, and nothing that is left says there was more.</summary>
    Earlier,

    /// <summary>A clear message and no start.</summary>
    Refused,

    /// <summary>Anything else: a failure.</summary>
    Wrong,
}

/// <summary>An outcome, and what is wrong if it is a failure.</summary>
internal readonly record struct Verdict(Outcome Outcome, string Problem = "")
{
    public static Verdict Wrong(string problem) => new(Outcome.Wrong, problem);
}
