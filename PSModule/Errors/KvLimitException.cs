// A bound of the server was met: space, size of a request, or number of requests.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>A limit of the server was reached.</summary>
public sealed class KvLimitException : KvException
{
    internal KvLimitException(string errorId, ErrorCategory category, string message, Exception? inner = null)
        : base(errorId, category, message, inner)
    {
    }
}
