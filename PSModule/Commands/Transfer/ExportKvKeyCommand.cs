// Export-KvKey: keys to a file, as they were at one revision. The file appears when it is whole.

using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Writes keys to a file.</summary>
[Cmdlet(VerbsData.Export, "KvKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    DefaultParameterSetName = "Key")]
[OutputType(typeof(KvExport))]
public sealed class ExportKvKeyCommand : KvConnectedCommandBase
{
    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FilePath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Keys, with wildcards; without it all.</summary>
    [Parameter(Position = 1, ParameterSetName = "Key")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.KvKeyCompleter))]
    public string Key { get; set; } = "*";

    /// <summary>All keys that begin with this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prefix")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.KvKeyCompleter))]
    public string Prefix { get; set; } = string.Empty;

    /// <summary>The keys as they were at this revision.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Revision { get; set; }

    /// <summary>Replace the file if it exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = FullPath(Path);
        var range = ParameterSetName == "Prefix" ? KeyRange.Prefix(Prefix) : KeyRange.Pattern(Key);
        if (!ShouldProcess(path, $"Export {range.Description}"))
        {
            return;
        }

        try
        {
            WriteObject(NewFile.Write(path, Force, part => Write(range, path, part)));
        }
        catch (KvException failure)
        {
            Report(failure, path);
        }
    }

    private KvExport Write(KeyRange range, string path, string part)
    {
        var request = new RangeRequest { Key = range.Start, RangeEnd = range.End, Revision = Revision };
        var pager = new RangePager(Used.Client, request, 0);
        var total = Send((client, call) => client.RangeAsync(
            new RangeRequest { Key = range.Start, RangeEnd = range.End, Revision = Revision, CountOnly = true }, call)).Count;
        long count = 0;
        using var progress = new ProgressBar(this, $"Exporting to {path}", total);
        using var file = new System.IO.StreamWriter(part);
        var isBegun = false;
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            if (!isBegun)
            {
                file.WriteLine(ExportFile.Header(Revision > 0 ? Revision : pager.Revision));
                isBegun = true;
            }

            foreach (var row in page.Where(row => range.Matches(row.Key)))
            {
                file.WriteLine(ExportFile.Row(row));
                count++;
            }

            progress.Add(page.Length);
        }

        file.WriteLine(ExportFile.Footer(count));
        return new KvExport(path, count, Revision > 0 ? Revision : pager.Revision);
    }
}
