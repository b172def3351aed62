// No usable way to the cluster: nothing reachable, no leader, or endpoints that do not belong together.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>The cluster could not be reached.</summary>
public sealed class KvConnectionException : KvException
{
    internal KvConnectionException(string errorId, ErrorCategory category, string message, Exception? inner = null)
        : base(errorId, category, message, inner)
    {
    }

    /// <summary>True if the request certainly never reached a server.</summary>
    internal bool NotSent { get; init; }
}
