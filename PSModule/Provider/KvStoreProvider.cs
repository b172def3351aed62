// The provider KvStore: the keys of a cluster as the items of a drive. A key is an item with a value; what
// keys have in common up to a slash is a folder. Nothing is cached: what a command shows is what is there.

using System;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Provider;

/// <summary>Keys as items of a drive.</summary>
[CmdletProvider(ProviderName, ProviderCapabilities.ShouldProcess)]
[OutputType(typeof(KvKey), typeof(KvFolder), ProviderCmdlet = ProviderCmdlet.GetItem)]
[OutputType(typeof(KvKey), typeof(KvFolder), ProviderCmdlet = ProviderCmdlet.GetChildItem)]
public sealed partial class KvStoreProvider : NavigationCmdletProvider, IContentCmdletProvider, IDisposable
{
    /// <summary>The name New-PSDrive takes.</summary>
    public const string ProviderName = "KvStore";

    private readonly CancellationTokenSource _stop = new();

    private KvConnection Connection
    {
        get
        {
            var connection = (PSDriveInfo as KvDrive)?.Connection ?? KvSession.Current?.Default;
            return connection is { IsOpen: true }
                ? connection
                : throw new KvConnectionException(
                    KvErrorId.NotConnected,
                    ErrorCategory.ConnectionError,
                    connection is null ? "There is no connection to a cluster." : "The drive's connection has been closed by Disconnect-KvCluster.")
                {
                    EndsCommand = true,
                    RecommendedAction = "Run Connect-KvCluster -Drive.",
                };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <inheritdoc/>
    protected override object NewDriveDynamicParameters() => new NewDriveParameters();

    /// <summary>Takes the root as what all keys of the drive begin with, such as /registry or app/.</summary>
    protected override PSDriveInfo? NewDrive(PSDriveInfo drive)
    {
        if (drive is KvDrive)
        {
            return drive;
        }

        try
        {
            var connection = (DynamicParameters as NewDriveParameters)?.Connection ?? Connection;
            return new KvDrive(drive, KvPath.FromPrefix(drive.Root), connection);
        }
        catch (KvException failure)
        {
            WriteError(failure.ToErrorRecord(drive));
            return null;
        }
    }

    /// <summary>Runs on another thread than the pipeline's, so it does no more than cancel.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    protected override bool IsValidPath(string path) => true;

    /// <inheritdoc/>
    protected override bool ItemExists(string path) => Probe(path).Exists;

    /// <inheritdoc/>
    protected override bool IsItemContainer(string path) => Probe(path).IsFolder;

    /// <inheritdoc/>
    protected override bool HasChildItems(string path) => Probe(path).IsFolder;

    /// <summary>Ends in a slash if the child is empty: by that the engine knows that the root of a drive is
    /// meant, and not what is of the same name in its parent.</summary>
    protected override string MakePath(string parent, string child)
    {
        var path = KvPath.Join(KvPath.Names(parent).Concat(KvPath.Names(child)));
        return child.Length == 0 && path.Length > 0 ? path + KvPath.Separator : path;
    }

    /// <inheritdoc/>
    protected override string GetParentPath(string path, string? root)
    {
        var names = KvPath.Names(path);
        return names.Length == KvPath.Names(root ?? string.Empty).Length
            ? string.Empty
            : KvPath.Join(names.Take(names.Length - 1));
    }

    /// <inheritdoc/>
    protected override string GetChildName(string path) => KvPath.Names(path).LastOrDefault() ?? string.Empty;

    /// <inheritdoc/>
    protected override string NormalizeRelativePath(string path, string basePath)
    {
        var names = KvPath.Resolve(KvPath.Names(path));
        var from = KvPath.Resolve(KvPath.Names(basePath));
        return KvPath.Join(names.Take(from.Length).SequenceEqual(from) ? names.Skip(from.Length) : names);
    }

    /// <summary>What is at a path. A drive's root always is a folder, whatever is below it.</summary>
    private ItemProbe Probe(string path)
    {
        if (IsRoot(path))
        {
            return new ItemProbe(null, true);
        }

        try
        {
            return Send((client, call) => ItemProbe.ReadAsync(client, path, call));
        }
        catch (KvException failure)
        {
            // The engine would take "no" for an answer and report something else.
            ThrowTerminatingError(failure.ToErrorRecord(path));
            throw;
        }
    }

    private bool IsRoot(string path) =>
        KvPath.Names(path).SequenceEqual(KvPath.Names(PSDriveInfo?.Root ?? string.Empty));

    private T Send<T>(Func<KvClient, KvCall, Task<T>> request)
    {
        var connection = Connection;
        var call = new KvCall(connection.OperationTimeout, _stop.Token);
        try
        {
            return request(connection.Client, call).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            while (call.TryTakeNote(out var note))
            {
                note.Write(WriteVerbose, WriteDebug, WriteWarning);
            }
        }
    }

    /// <summary>Does something with an item; what fails is that item's error.</summary>
    private void Try(string path, Action act)
    {
        try
        {
            act();
        }
        catch (KvException failure)
        {
            WriteError(failure.ToErrorRecord(path));
        }
    }
}
