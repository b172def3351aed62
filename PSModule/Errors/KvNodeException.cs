// Trouble with the process or the files of a local node, as opposed to trouble with a request.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>A node or a cluster folder is not as it must be.</summary>
public sealed class KvNodeException : KvException
{
    internal KvNodeException(string errorId, ErrorCategory category, string message, Exception? inner = null)
        : base(errorId, category, message, inner)
    {
    }

    /// <summary>The end of the node's log, if the failure is explained there.</summary>
    public string? LogTail { get; init; }
}
