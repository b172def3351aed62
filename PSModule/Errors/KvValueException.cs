// A value that cannot be stored or shown in the form that was asked for.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>A value has not the form that was asked for.</summary>
public sealed class KvValueException : KvException
{
    internal KvValueException(string errorId, ErrorCategory category, string message, Exception? inner = null)
        : base(errorId, category, message, inner)
    {
    }
}
