// The certificates of a local cluster with TLS: an authority of its own, and one certificate for all nodes,
// since all are on this machine.

using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Kv.PowerShell.Cluster;

internal sealed class LocalCertificates(string clusterFolder)
{
    public string Folder { get; } = Path.Combine(clusterFolder, "certificates");

    public string AuthorityFile => Path.Combine(Folder, "ca.crt");

    public string NodeFile => Path.Combine(Folder, "node.crt");

    public string NodeKeyFile => Path.ChangeExtension(NodeFile, CertificateTool.KeyEnding);

    /// <exception cref="Errors.KvNodeException">The program could not make them.</exception>
    public async Task MakeAsync(string program, string clusterName, CancellationToken stop)
    {
        Directory.CreateDirectory(Folder);
        await CertificateTool.MakeAsync(
            program, AuthorityFile, ["--authority", "--common-name", clusterName + " authority"], stop).ConfigureAwait(false);
        await CertificateTool.MakeAsync(
            program,
            NodeFile,
            ["--signed-by", AuthorityFile, "--common-name", clusterName, "--host", "127.0.0.1,::1,localhost"],
            stop).ConfigureAwait(false);
    }
}
