// The hash of one member's keys.

using System.Globalization;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Model;

/// <summary>What a member's keys and their history hash to at one revision: members that agree have the
/// same hash for the same revisions.</summary>
public sealed class KvHash
{
    internal KvHash(KvMember member, HashKvResponse answer, long revision)
    {
        Member = member.Name;
        MemberId = member.Id;
        Hash = answer.Hash;
        Revision = answer.HashRevision > 0 ? answer.HashRevision : revision;
        CompactRevision = answer.CompactRevision;
    }

    /// <summary>The member's name.</summary>
    public string Member { get; }

    /// <summary>The member's id.</summary>
    public ulong MemberId { get; }

    /// <summary>The hash.</summary>
    public uint Hash { get; }

    /// <summary>The hash in hexadecimal.</summary>
    public string HexHash => Hash.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>The last revision hashed.</summary>
    public long Revision { get; }

    /// <summary>The revision the history was compacted to.</summary>
    public long CompactRevision { get; }

    /// <summary>True if another member has another hash for the same revisions.</summary>
    public bool IsDifferent { get; internal set; }

    /// <summary>The member and its hash.</summary>
    public override string ToString() => $"{Member} {HexHash}";
}
