// One member of the cluster: what the membership says of it, and what it said of itself.

using System;
using System.Globalization;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Model;

/// <summary>A member of a cluster.</summary>
public sealed class KvMember : IEquatable<KvMember>
{
    internal KvMember(Member member)
    {
        Id = member.Id;
        Name = member.Name ?? string.Empty;
        PeerUrl = member.PeerUrls ?? [];
        ClientUrl = member.ClientUrls ?? [];
        IsLearner = member.IsLearner;
    }

    /// <summary>The member's id. etcdctl shows it in hexadecimal: see <see cref="HexId"/>.</summary>
    public ulong Id { get; }

    /// <summary>The id in hexadecimal.</summary>
    public string HexId => Id.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The name it was started with; empty if it never was.</summary>
    public string Name { get; }

    /// <summary>Where the other members reach it.</summary>
    public string[] PeerUrl { get; }

    /// <summary>Where clients reach it.</summary>
    public string[] ClientUrl { get; }

    /// <summary>True if it receives the log but has no vote.</summary>
    public bool IsLearner { get; }

    /// <summary>True if it leads, as far as the members that answered know.</summary>
    public bool IsLeader { get; internal set; }

    /// <summary>How it answered.</summary>
    public KvMemberStatus Status { get; internal set; }

    /// <summary>Its server version; null if it did not answer.</summary>
    public string? ServerVersion { get; internal set; }

    /// <summary>Size of its store in bytes; 0 if it did not answer.</summary>
    public long DbSize { get; internal set; }

    /// <summary>Its term.</summary>
    public ulong RaftTerm { get; internal set; }

    /// <summary>The last entry it knows to be committed.</summary>
    public ulong RaftIndex { get; internal set; }

    /// <summary>The last entry it has applied.</summary>
    public ulong RaftAppliedIndex { get; internal set; }

    /// <summary>Leader, Follower, Learner, or empty if unknown.</summary>
    public string Role => IsLeader ? "Leader" : IsLearner ? "Learner"
        : Status is KvMemberStatus.Online ? "Follower" : string.Empty;

    /// <inheritdoc/>
    public bool Equals(KvMember? other) => other is not null && Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KvMember);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>The name, or the id if it has none.</summary>
    public override string ToString() => Name.Length > 0 ? Name : HexId;
}
