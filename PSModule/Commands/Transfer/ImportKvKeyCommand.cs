// Import-KvKey: keys from a file of Export-KvKey. The whole file is checked before the first key is
// written; then keys are written in transactions of many.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Writes the keys of a file.</summary>
[Cmdlet(VerbsData.Import, "KvKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(KvExport))]
public sealed class ImportKvKeyCommand : KvConnectedCommandBase
{
    // etcd takes 128 operations and 1.5 MiB unless told otherwise.
    private const int BatchRows = 100;
    private const int BatchBytes = 1024 * 1024;

    /// <summary>The file to read.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FilePath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Written before each key.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Prefix { get; set; } = string.Empty;

    /// <summary>Leave keys that exist as they are.</summary>
    [Parameter]
    public SwitchParameter IfAbsent { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        try
        {
            var (revision, total) = Check(path);
            if (!ShouldProcess(Used.ToString(), FormattableString.Invariant($"Import {total} keys of {path}")))
            {
                return;
            }

            WriteObject(new KvExport(path, Write(path, total), revision));
        }
        catch (KvException failure)
        {
            Report(failure, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(new KvValueException(KvErrorId.FileFailed, ErrorCategory.ReadError, exception.Message, exception), path);
        }
    }

    private static (long Revision, long Count) Check(string path)
    {
        using var text = new StreamReader(path);
        var revision = ExportFile.ReadHeader(text, path);
        return (revision, ExportFile.ReadRows(text, path).LongCount());
    }

    private long Write(string path, long total)
    {
        using var text = new StreamReader(path);
        using var progress = new ProgressBar(this, $"Importing {path}", total);
        ExportFile.ReadHeader(text, path);
        var before = KvText.Encode(Prefix);
        var batch = new List<PutRequest>();
        var bytes = 0;
        long written = 0;
        foreach (var row in ExportFile.ReadRows(text, path))
        {
            var size = before.Length + row.Key.Length + row.Value.Length;
            if (batch.Count == BatchRows || (batch.Count > 0 && bytes + size > BatchBytes))
            {
                written += Send(batch);
                progress.Add(batch.Count);
                batch.Clear();
                bytes = 0;
            }

            batch.Add(new PutRequest { Key = [.. before, .. row.Key], Value = row.Value });
            bytes += size;
        }

        return batch.Count == 0 ? written : written + Send(batch);
    }

    /// <summary>Writes many keys at once; how many were written.</summary>
    private long Send(List<PutRequest> puts)
    {
        if (!IfAbsent)
        {
            var request = new TxnRequest { Success = [.. puts.Select(static p => new RequestOp { Put = p })] };
            Send((client, call) => client.TxnAsync(request, call));
            return puts.Count;
        }

        return puts.LongCount(put => Send((client, call) => client.TxnAsync(
            new TxnRequest
            {
                Compare = [new Compare { Target = "CREATE", Key = put.Key, CreateRevision = 0 }],
                Success = [new RequestOp { Put = put }],
            },
            call)).Succeeded);
    }
}
