using System.Globalization;

namespace Checking;

/// <summary>What became of an operation.</summary>
public enum Outcome
{
    /// <summary>No answer so far: like unknown.</summary>
    Pending,

    /// <summary>Answered.</summary>
    Ok,

    /// <summary>Refused, certainly without an effect.</summary>
    Failed,

    /// <summary>It may have taken effect, or may do so at any later time, or never.</summary>
    Unknown,
}

/// <summary>One request of a client and what became of it. Only a <see cref="History"/> makes and changes it.</summary>
public sealed class Operation
{
    /// <summary>Its number in the history.</summary>
    public required int Id { get; init; }

    /// <summary>Who asked. A client has one request at a time.</summary>
    public required int Client { get; init; }

    /// <summary>The member asked; for messages only.</summary>
    public string Member { get; init; } = "";

    /// <summary>What was asked.</summary>
    public required Request Request { get; init; }

    /// <summary>When it was asked, nanoseconds.</summary>
    public required long CallTime { get; init; }

    /// <summary>The place of the call among everything recorded: orders what has the same time.</summary>
    public required long CallOrder { get; init; }

    /// <summary>When the outcome was known, nanoseconds.</summary>
    public long ReturnTime { get; set; } = long.MaxValue;

    /// <summary>The place of the return among everything recorded.</summary>
    public long ReturnOrder { get; set; } = long.MaxValue;

    /// <summary>What became of it.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>The answer, if there was one.</summary>
    public Reply? Reply { get; set; }

    /// <summary>What was said instead of an answer.</summary>
    public string Error { get; set; } = "";

    /// <summary>True if nobody knows whether it took effect.</summary>
    public bool IsOpen => Outcome is Outcome.Pending or Outcome.Unknown;

    /// <inheritdoc/>
    public override string ToString()
    {
        var result = Outcome == Outcome.Ok ? $"{Reply}" : $"{Outcome.ToString().ToLowerInvariant()} {Error}".TrimEnd();
        var end = ReturnTime == long.MaxValue ? "…" : Milliseconds(ReturnTime);
        return $"#{Id} client {Client}{(Member.Length == 0 ? "" : $" at {Member}")} [{Milliseconds(CallTime)}–{end} ms] {Request} → {result}";
    }

    internal static string Milliseconds(long time) => (time / 1e6).ToString("0.###", CultureInfo.InvariantCulture);
}
