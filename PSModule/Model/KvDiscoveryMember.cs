// One registration in KvDiscovery.

namespace Kv.PowerShell.Model;

/// <summary>A member that has registered.</summary>
public sealed class KvDiscoveryMember
{
    internal KvDiscoveryMember(string id, string name, string[] peerUrl)
    {
        Id = id;
        Name = name;
        PeerUrl = peerUrl;
    }

    /// <summary>Its id in hexadecimal.</summary>
    public string Id { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where the others will reach it.</summary>
    public string[] PeerUrl { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
