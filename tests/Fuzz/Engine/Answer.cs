namespace Fuzz;

/// <summary>What a parser made of an input.</summary>
/// <param name="IsAccepted">It took it.</param>
/// <param name="Shape">What kind of answer it was: inputs with a new one are worth keeping and changing further.</param>
internal readonly record struct Answer(bool IsAccepted, string Shape)
{
    /// <summary>It was taken.</summary>
    public static Answer Accepted(string shape = "") => new(true, shape);

    /// <summary>It was refused as documented.</summary>
    public static Answer Refused(string message) => new(false, message);
}
