// A thing named exactly that is not there. Wildcards and prefixes that match nothing are no error.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>The key, lease, member or node named does not exist.</summary>
public sealed class KvNotFoundException : KvException
{
    internal KvNotFoundException(string errorId, string message, Exception? inner = null)
        : base(errorId, ErrorCategory.ObjectNotFound, message, inner)
    {
        Code = KvStatusCode.NotFound;
    }
}
