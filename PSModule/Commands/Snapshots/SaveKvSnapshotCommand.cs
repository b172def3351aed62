// Save-KvSnapshot: what one member has, as a file in etcd's format.

using System;
using System.IO;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Saves a snapshot of the cluster to a file.</summary>
[Cmdlet(VerbsData.Save, "KvSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class SaveKvSnapshotCommand : KvConnectedCommandBase
{
    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FilePath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Replace the file if it exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = FullPath(Path);
        if (!ShouldProcess(path, $"Save a snapshot of {Used}"))
        {
            return;
        }

        try
        {
            WriteObject(NewFile.Write(path, Force, part =>
            {
                Receive(path, part);
                return new FileInfo(path);
            }));
        }
        catch (KvException failure)
        {
            Report(failure, path);
        }
    }

    private void Receive(string path, string part)
    {
        using var download = Open();
        using var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None);
        if (!NodeProcess.IsWindows && UnixNative.ChangeMode(part, UnixNative.PrivateMode) != 0)
        {
            // It holds what users may not all read, and their passwords' hashes.
            throw new IOException($"'{part}' could not be kept from other users.");
        }

        ProgressBar? progress = null;
        try
        {
            while (true)
            {
                var size = Send((_, call) => download.CopyNextAsync(file, call));
                if (size == 0)
                {
                    file.Flush(flushToDisk: true);
                    WriteVerbose(FormattableString.Invariant($"{path}: {file.Length} bytes, checksum right."));
                    return;
                }

                progress ??= new ProgressBar(this, $"Saving {path}", download.Total);
                progress.Add(size);
            }
        }
        finally
        {
            progress?.Dispose();
        }
    }

    /// <summary>The first member that answers; a broken download is not continued elsewhere, since no two
    /// members' files are the same bytes.</summary>
    private SnapshotDownload Open()
    {
        KvException? last = null;
        foreach (var endpoint in Used.Client.Endpoints.InOrder())
        {
            try
            {
                return Send((client, call) => SnapshotDownload.OpenAsync(client, endpoint, call));
            }
            catch (KvException failure) when (failure is KvConnectionException or KvTimeoutException)
            {
                WriteVerbose(failure.Message);
                last = failure;
            }
        }

        throw last ?? throw new InvalidOperationException("A connection has endpoints.");
    }
}
