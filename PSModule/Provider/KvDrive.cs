// A drive over one connection.

using System.Management.Automation;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Provider;

/// <summary>A drive that shows the keys of a cluster as items.</summary>
public sealed class KvDrive : PSDriveInfo
{
    internal KvDrive(PSDriveInfo drive, string root, KvConnection connection)
        : base(drive.Name, drive.Provider, root, drive.Description, drive.Credential) => Connection = connection;

    /// <summary>What it talks through.</summary>
    public KvConnection Connection { get; }
}
