// Import-KvKey: keys from a file of Export-KvKey. The whole file is checked before the first key is
// written; then keys are written in transactions of many.

using System;
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
    // etcd takes 128 operations unless told otherwise.
    private const int BatchRows = 100;

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
        var path = FullPath(Path);
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
        var batch = new PutBatch(BatchRows);
        long written = 0;
        foreach (var row in ExportFile.ReadRows(text, path))
        {
            var put = new PutRequest { Key = [.. before, .. row.Key], Value = row.Value };
            if (!batch.TryAdd(put))
            {
                written += Send(batch);
                progress.Add(batch.Count);
                batch.Clear();
                batch.TryAdd(put);
            }
        }

        return batch.Count == 0 ? written : written + Send(batch);
    }

    /// <summary>Writes many keys at once; how many were written.</summary>
    private long Send(PutBatch batch)
    {
        if (!IfAbsent)
        {
            Send((client, call) => client.TxnAsync(batch.ToRequest(), call));
            return batch.Count;
        }

        return batch.Puts.LongCount(put => Send((client, call) => client.TxnAsync(
            new TxnRequest
            {
                Compare = [new Compare { Target = "CREATE", Key = put.Key, CreateRevision = 0 }],
                Success = [new RequestOp { Put = put }],
            },
            call)).Succeeded);
    }
}
