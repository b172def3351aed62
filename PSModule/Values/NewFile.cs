// A file that appears when it is whole: it is written beside its place and moved there at the end.

using System;
using System.IO;
using System.Management.Automation;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Values;

internal static class NewFile
{
    /// <summary>Writes a file; nothing is left of it if that fails.</summary>
    /// <exception cref="KvValueException">The file exists and may not be replaced, or the disk failed.</exception>
    public static T Write<T>(string path, bool mayReplace, Func<string, T> write)
    {
        var part = path + ".part";
        try
        {
            if (File.Exists(path) && !mayReplace)
            {
                throw new IOException($"The file '{path}' exists; -Force replaces it.");
            }

            try
            {
                var result = write(part);
                WholeFile.Place(part, path);
                return result;
            }
            finally
            {
                File.Delete(part);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KvValueException(KvErrorId.FileFailed, ErrorCategory.WriteError, exception.Message, exception);
        }
    }
}
