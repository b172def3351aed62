namespace Differential.Play;

/// <summary>The servers differ in a way that is not an answer: one says nothing, or nonsense.</summary>
internal sealed class DifferenceException(string message) : Exception(message);
