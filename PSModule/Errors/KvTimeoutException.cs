// The time allowed ran out. For a write the outcome is unknown, which the message says.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>An operation took longer than it was allowed to.</summary>
public sealed class KvTimeoutException : KvException
{
    internal KvTimeoutException(string message, Exception? inner = null)
        : base(KvErrorId.Timeout, ErrorCategory.OperationTimeout, message, inner)
    {
    }
}
