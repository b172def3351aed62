// An alarm a member has raised.

using System;
using System.Globalization;
using System.Linq;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Model;

/// <summary>An alarm: while one is raised, the cluster refuses some requests.</summary>
public sealed class KvAlarm : IEquatable<KvAlarm>
{
    internal KvAlarm(AlarmMember alarm, string memberName)
    {
        MemberId = alarm.MemberId;
        MemberName = memberName;
        Type = alarm.Alarm ?? "NONE";
    }

    /// <summary>The id of the member that raised it.</summary>
    public ulong MemberId { get; }

    /// <summary>The id in hexadecimal.</summary>
    public string HexMemberId => MemberId.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The member's name; empty if it is not a member any more.</summary>
    public string MemberName { get; }

    /// <summary>NOSPACE or CORRUPT.</summary>
    public string Type { get; }

    /// <inheritdoc/>
    public bool Equals(KvAlarm? other) => other is not null && MemberId == other.MemberId && Type == other.Type;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KvAlarm);

    /// <inheritdoc/>
    public override int GetHashCode() => MemberId.GetHashCode();

    /// <summary>The alarm and the member.</summary>
    public override string ToString() => $"{Type} of {(MemberName.Length > 0 ? MemberName : HexMemberId)}";

    internal static KvAlarm[] From(AlarmMember[] alarms, Member[] members) =>
        [.. alarms.Select(a => new KvAlarm(a, members.FirstOrDefault(m => m.Id == a.MemberId)?.Name ?? string.Empty))];
}
