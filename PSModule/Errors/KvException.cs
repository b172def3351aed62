// The root of every failure the module reports. It carries what an ErrorRecord needs (id, category,
// advice) and what a script may ask for (status code, endpoint), so the translation to the
// PowerShell error stream is one place.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>A failed operation on a cluster or a node.</summary>
public abstract class KvException : Exception
{
    private protected KvException(string errorId, ErrorCategory category, string message, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
        Category = category;
    }

    /// <summary>The stable id, one of <see cref="KvErrorId"/>.</summary>
    public string ErrorId { get; }

    /// <summary>The category of the error record.</summary>
    public ErrorCategory Category { get; }

    /// <summary>The status the server answered with; <see cref="KvStatusCode.Ok"/> when no server was
    /// involved.</summary>
    public KvStatusCode Code { get; init; }

    /// <summary>The endpoint that was asked, if one was.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What the user can do about it, if anything is known.</summary>
    public string? RecommendedAction { get; init; }

    /// <summary>True if no later item of the same command can succeed either.</summary>
    internal bool EndsCommand { get; init; }

    internal ErrorRecord ToErrorRecord(object? target)
    {
        var record = new ErrorRecord(this, ErrorId, Category, target);
        if (RecommendedAction is not null)
        {
            record.ErrorDetails = new ErrorDetails(Message) { RecommendedAction = RecommendedAction };
        }

        return record;
    }
}
