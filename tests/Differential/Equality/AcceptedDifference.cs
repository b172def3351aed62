using Differential.Model;
using Differential.Play;
using Google.Protobuf;

namespace Differential.Equality;

/// <summary>A difference that is meant to be.</summary>
/// <param name="What">Where it shows.</param>
/// <param name="Reason">Why it stays.</param>
internal sealed record AcceptedDifference(string What, string Reason)
{
    /// <summary>Takes the difference out of a response, on both sides; null if it is not in a field.</summary>
    public Action<IMessage>? Clear { get; init; }

    /// <summary>Whether two answers (ours, theirs) to a step may differ for this; null if they never may.</summary>
    public Func<Step, Answer, Answer, bool>? Covers { get; init; }
}
