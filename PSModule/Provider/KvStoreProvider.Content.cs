// Get-Content and Set-Content: the value of a key.

using System;
using System.Management.Automation;
using System.Management.Automation.Provider;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Provider;

/// <content>Content.</content>
public sealed partial class KvStoreProvider
{
    /// <inheritdoc/>
    public IContentReader? GetContentReader(string path)
    {
        var form = DynamicParameters as ContentParameters;
        if (Probe(path).Row is { } row)
        {
            return new KvContentReader(row.Value, path, form);
        }

        WriteError(new KvNotFoundException(KvErrorId.KeyNotFound, $"There is no key at '{path}'.").ToErrorRecord(path));
        return null;
    }

    /// <inheritdoc/>
    public object GetContentReaderDynamicParameters(string path) => new ContentParameters();

    /// <inheritdoc/>
    public IContentWriter? GetContentWriter(string path)
    {
        var form = DynamicParameters as ContentParameters;
        return ShouldProcess(path, "Set content")
            ? new KvContentWriter(form, value => Try(path, () => Put(path, value, false)), () => Probe(path).Row?.Value ?? [])
            : null;
    }

    /// <inheritdoc/>
    public object GetContentWriterDynamicParameters(string path) => new ContentParameters();

    /// <summary>Not supported on purpose: Set-Content would clear the value before it writes the new one, and
    /// watchers would see both. It goes on without.</summary>
    /// <exception cref="PSNotSupportedException">Always.</exception>
    public void ClearContent(string path) =>
        throw new PSNotSupportedException("Clear-Content is not supported here; Clear-Item stores an empty value.");

    /// <inheritdoc/>
    public object? ClearContentDynamicParameters(string path) => null;
}
