// Get-KvSnapshot: what is in the file of a snapshot, after every page of it was checked.

using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Newtonsoft.Json.Linq;

namespace Kv.PowerShell.Commands;

/// <summary>Shows what is in a snapshot.</summary>
[Cmdlet(VerbsCommon.Get, "KvSnapshot")]
[OutputType(typeof(KvSnapshot))]
public sealed class GetKvSnapshotCommand : KvCommandBase
{
    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FilePath", "FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The kvnode program; without it KVNODE, the folder next to the module's, or the PATH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NodePath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var given in Path)
        {
            var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(given);
            try
            {
                var program = NodeProgram.Find(this, NodePath);
                var text = Wait(NodeTool.RunAsync(
                    program, ["snapshot", "status", path, "--write-out", "json"], KvErrorId.SnapshotInvalid, Stop));
                var fields = JObject.Parse(text);
                WriteObject(new KvSnapshot(path, (uint)fields["hash"]!)
                {
                    Revision = (long)fields["revision"]!,
                    KeyCount = (long)fields["totalKey"]!,
                    Size = (long)fields["totalSize"]!,
                    Version = (string)fields["version"]!,
                });
            }
            catch (KvException failure)
            {
                Report(failure, path);
            }
        }
    }
}
