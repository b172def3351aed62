// The other side answered something that is not etcd's JSON.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Errors;

/// <summary>The answer of the server could not be read.</summary>
public sealed class KvProtocolException : KvException
{
    internal KvProtocolException(string message, Exception? inner = null)
        : base(KvErrorId.Protocol, ErrorCategory.ProtocolError, message, inner)
    {
        Code = KvStatusCode.Internal;
    }
}
