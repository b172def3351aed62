// Whether a cluster asks who its callers are.

using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Model;

/// <summary>The state of a cluster's authentication.</summary>
public sealed class KvAuthentication
{
    internal KvAuthentication(AuthStatusResponse answer)
    {
        IsEnabled = answer.Enabled;
        AuthRevision = answer.AuthRevision;
    }

    /// <summary>True if callers must log in.</summary>
    public bool IsEnabled { get; }

    /// <summary>Grows with each change of users, roles and permissions.</summary>
    public long AuthRevision { get; }

    /// <summary>Enabled or Disabled.</summary>
    public override string ToString() => IsEnabled ? "Enabled" : "Disabled";
}
