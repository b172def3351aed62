// How a cluster is, as a whole.

using System.Linq;

namespace Kv.PowerShell.Model;

/// <summary>The health of a cluster.</summary>
public sealed class KvClusterStatus
{
    internal KvClusterStatus(KvConnection connection, KvMember[] members, KvAlarm[] alarms)
    {
        HexClusterId = connection.HexClusterId;
        Member = members;
        Alarm = alarms;
        var voters = members.Where(static m => !m.IsLearner).ToArray();
        Online = members.Count(static m => m.Status == KvMemberStatus.Online);
        Leader = members.FirstOrDefault(static m => m.IsLeader)?.ToString();
        var isQuorate = voters.Count(static m => m.Status == KvMemberStatus.Online) > voters.Length / 2;
        Health = !isQuorate || Leader is null || alarms.Length > 0 ? KvHealth.Unhealthy
            : Online < members.Length ? KvHealth.Degraded
            : KvHealth.Healthy;
        FailuresTolerated = isQuorate ? voters.Count(static m => m.Status == KvMemberStatus.Online) - ((voters.Length / 2) + 1) : 0;
    }

    /// <summary>The id of the cluster in hexadecimal.</summary>
    public string HexClusterId { get; }

    /// <summary>Healthy; Degraded if it serves but a member is missing; else Unhealthy.</summary>
    public KvHealth Health { get; }

    /// <summary>The leader; null if there is none.</summary>
    public string? Leader { get; }

    /// <summary>Number of members that answer and follow a leader.</summary>
    public int Online { get; }

    /// <summary>How many more voting members may fail before the cluster stops.</summary>
    public int FailuresTolerated { get; }

    /// <summary>The members.</summary>
    public KvMember[] Member { get; }

    /// <summary>The alarms raised.</summary>
    public KvAlarm[] Alarm { get; }

    /// <summary>The health in a word.</summary>
    public override string ToString() => Health.ToString();
}
