// A guarded write found another state than it was told to expect; nothing was written.

using System;
using System.Management.Automation;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Errors;

/// <summary>A guard of a write did not hold.</summary>
public sealed class KvConflictException : KvException
{
    internal KvConflictException(string message, KvKey? current)
        : base(KvErrorId.Conflict, current is null ? ErrorCategory.InvalidOperation : ErrorCategory.ResourceExists, message)
    {
        Current = current;
        Code = KvStatusCode.FailedPrecondition;
    }

    /// <summary>The key as it is now; null if it does not exist.</summary>
    public KvKey? Current { get; }
}
