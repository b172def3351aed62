// A revision that cannot be read: compacted away, or not there yet.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>A revision is not available.</summary>
public sealed class KvRevisionException : KvException
{
    internal KvRevisionException(string errorId, string message)
        : base(errorId, ErrorCategory.InvalidArgument, message)
    {
        Code = KvStatusCode.OutOfRange;
    }

    /// <summary>The oldest revision still readable, if the server said so; else 0.</summary>
    public long CompactRevision { get; init; }
}
