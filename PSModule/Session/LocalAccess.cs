// What a client needs to know of a cluster of this machine.

using System.Collections.Generic;

namespace Kv.PowerShell.Session;

internal sealed class LocalAccess(IReadOnlyList<string> clientUrls, string? authorityFile)
{
    public IReadOnlyList<string> ClientUrls { get; } = clientUrls;

    /// <summary>The authority of its certificates; null without TLS.</summary>
    public string? AuthorityFile { get; } = authorityFile;
}
