// What Get-KvDiscovery returns.

using System.Linq;

namespace Kv.PowerShell.Model;

/// <summary>How far the members of a new cluster have found each other.</summary>
public sealed class KvDiscovery
{
    internal KvDiscovery(string url, int size, KvDiscoveryMember[] member, string[] expected)
    {
        Url = url;
        Size = size;
        Member = member;
        MissingName = [.. expected.Where(name => !member.Any(m => m.Name == name))];
    }

    /// <summary>The token.</summary>
    public string Url { get; }

    /// <summary>How many members the cluster will have.</summary>
    public int Size { get; }

    /// <summary>Who has registered, in that order. Those past the size are too many.</summary>
    public KvDiscoveryMember[] Member { get; }

    /// <summary>How many have registered.</summary>
    public int Registered => Member.Length;

    /// <summary>How many are missing.</summary>
    public int Missing => System.Math.Max(0, Size - Member.Length);

    /// <summary>Those of the expected names that have not registered.</summary>
    public string[] MissingName { get; }

    /// <summary>True once nobody is missing.</summary>
    public bool IsComplete => Missing == 0;

    /// <summary>The URL and the counts.</summary>
    public override string ToString() => $"{Url}: {Registered} of {Size}";
}
