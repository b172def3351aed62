namespace Kv.Node.Commands;

/// <summary>What a check found.</summary>
internal enum CheckGrade
{
    Ok,

    /// <summary>The node would start, and somebody should look at this.</summary>
    Warning,

    /// <summary>The node would not start.</summary>
    Failed,
}

/// <summary>One line of <c>kvnode check</c>.</summary>
/// <param name="Grade">How it is.</param>
/// <param name="What">What was looked at.</param>
/// <param name="Text">What was found.</param>
internal sealed record CheckResult(CheckGrade Grade, string What, string Text);
