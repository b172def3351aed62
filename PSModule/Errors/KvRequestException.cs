// A refusal by the server that has no class of its own; the server's text is the message.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>The server refused the request.</summary>
public sealed class KvRequestException : KvException
{
    internal KvRequestException(ErrorCategory category, string message, Exception? inner = null)
        : base(KvErrorId.RequestRefused, category, message, inner)
    {
    }
}
