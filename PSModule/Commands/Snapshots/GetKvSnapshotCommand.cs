// Get-KvSnapshot: what is in the file of a snapshot, after every page of it was checked.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Newtonsoft.Json.Linq;

namespace Kv.PowerShell.Commands;

/// <summary>Shows what is in a snapshot.</summary>
[Cmdlet(VerbsCommon.Get, "KvSnapshot")]
[OutputType(typeof(KvSnapshot))]
public sealed class GetKvSnapshotCommand : NodeProgramCommandBase
{
    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FilePath", "FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var given in Path)
        {
            var path = FullPath(given);
            try
            {
                var text = RunProgram(KvErrorId.SnapshotInvalid, ["snapshot", "status", path, "--write-out", "json"]);
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
