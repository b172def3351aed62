// Makes certificates with the kvnode program; this target has nothing that could.

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Cluster;

internal static class CertificateTool
{
    /// <summary>A key lies beside its certificate and ends in this.</summary>
    public const string KeyEnding = ".key";

    /// <exception cref="KvNodeException">It could not be made; the program's own words say why.</exception>
    public static Task MakeAsync(string program, string path, IEnumerable<string> flags, CancellationToken stop) =>
        NodeTool.RunAsync(program, ["certificate", path, .. flags], KvErrorId.CertificateNotMade, stop);
}
