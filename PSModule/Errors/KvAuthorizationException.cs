// Who is asking is unknown to the server, or may not do what was asked.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>The server refused the user.</summary>
public sealed class KvAuthorizationException : KvException
{
    internal KvAuthorizationException(string errorId, ErrorCategory category, string message, Exception? inner = null)
        : base(errorId, category, message, inner)
    {
    }
}
