// A lease as it was when it was asked for.

using System;
using System.Globalization;
using System.Linq;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>A lease: the keys attached to it go when it ends.</summary>
public sealed class KvLease : IEquatable<KvLease>
{
    internal KvLease(LeaseResponse answer)
    {
        LeaseId = answer.Id;
        Remaining = TimeSpan.FromSeconds(answer.Ttl);
        TimeToLive = TimeSpan.FromSeconds(answer.GrantedTtl > 0 ? answer.GrantedTtl : answer.Ttl);
        AttachedKey = [.. answer.Keys.Select(KvText.Decode)];
    }

    /// <summary>The lease's id. etcdctl shows it in hexadecimal: see <see cref="HexId"/>.</summary>
    public long LeaseId { get; }

    /// <summary>The id in hexadecimal.</summary>
    public string HexId => LeaseId.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>How long it lives after each renewal.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>How long it had to live when this was read, in whole seconds.</summary>
    public TimeSpan Remaining { get; }

    /// <summary>The keys attached to it, if they were asked for.</summary>
    public string[] AttachedKey { get; }

    /// <inheritdoc/>
    public bool Equals(KvLease? other) => other is not null && LeaseId == other.LeaseId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KvLease);

    /// <inheritdoc/>
    public override int GetHashCode() => LeaseId.GetHashCode();

    /// <summary>The id in hexadecimal.</summary>
    public override string ToString() => HexId;
}
