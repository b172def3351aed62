namespace Kv.Simulation.Network;

/// <summary>What came of a question.</summary>
internal enum AnswerKind
{
    /// <summary>There is a value.</summary>
    Value,

    /// <summary>There is an error.</summary>
    Error,

    /// <summary>Nobody was there to be asked: nothing has happened.</summary>
    Refused,

    /// <summary>Nothing was heard: it may have happened, or happen yet.</summary>
    Silence,
}

/// <summary>The answer to a question, or what there is instead.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Value">The value.</param>
/// <param name="Error">The error.</param>
internal sealed record Answer<T>(AnswerKind Kind, T? Value = default, Exception? Error = null);
