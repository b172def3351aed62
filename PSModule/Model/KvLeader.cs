// Who was elected, as Get-KvElection and Watch-KvElection show it.

using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>The leader of an election.</summary>
public sealed class KvLeader
{
    internal KvLeader(string name, KeyValue row)
    {
        Name = name;
        Value = KvText.Decode(row.Value);
        LeaderKey = KvText.Decode(row.Key);
        LeaseId = row.Lease;
        Revision = row.ModRevision;
    }

    /// <summary>The name of the election.</summary>
    public string Name { get; }

    /// <summary>What the leader says of itself.</summary>
    public string Value { get; }

    /// <summary>The key that exists while it leads.</summary>
    public string LeaderKey { get; }

    /// <summary>The lease it leads by.</summary>
    public long LeaseId { get; }

    /// <summary>The revision of what it says of itself.</summary>
    public long Revision { get; }

    /// <summary>What the leader says of itself.</summary>
    public override string ToString() => Value;
}
