// An election won by this session.

using System;
using System.Globalization;
using System.Threading;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>The leadership this session has: nobody else leads while its lease lives.</summary>
public sealed class KvCandidacy
{
    private readonly LeaseKeeper _keeper;
    private bool _hasResigned;

    internal KvCandidacy(string name, string value, LeaderKey leader, LeaseKeeper keeper)
    {
        Name = name;
        Value = value;
        Message = leader;
        LeaderKey = KvText.Decode(leader.Key);
        LeaseId = keeper.Lease.Id;
        ElectedAt = DateTime.Now;
        _keeper = keeper;
    }

    /// <summary>The name of the election.</summary>
    public string Name { get; }

    /// <summary>What this session says of itself.</summary>
    public string Value { get; }

    /// <summary>The key that exists while it leads; a guard for transactions (New-KvCompare -Exists).</summary>
    public string LeaderKey { get; }

    /// <summary>The lease it leads by.</summary>
    public long LeaseId { get; }

    /// <summary>The lease's id in hexadecimal.</summary>
    public string HexLeaseId => LeaseId.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>When it was elected.</summary>
    public DateTime ElectedAt { get; }

    /// <summary>False once it has resigned, or if its lease is known to be lost.</summary>
    public bool IsLeader => !_hasResigned && !_keeper.IsLost;

    internal LeaderKey Message { get; }

    /// <summary>The name and whether it leads.</summary>
    public override string ToString() => $"{Name} ({(IsLeader ? "leading" : "not leading")})";

    internal void Resign(Action<string> note, CancellationToken stop)
    {
        _hasResigned = true;
        _keeper.End(note, stop);
    }
}
