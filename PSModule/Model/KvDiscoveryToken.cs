// What New-KvDiscoveryToken returns.

namespace Kv.PowerShell.Model;

/// <summary>A token under which the members of one new cluster find each other.</summary>
public sealed class KvDiscoveryToken
{
    internal KvDiscoveryToken(string url, int size)
    {
        Url = url;
        Size = size;
        Token = url.Substring(url.LastIndexOf('/') + 1);
    }

    /// <summary>What every member is given as --discovery.</summary>
    public string Url { get; }

    /// <summary>The last part of the URL.</summary>
    public string Token { get; }

    /// <summary>How many members the cluster will have.</summary>
    public int Size { get; }

    /// <summary>The URL.</summary>
    public override string ToString() => Url;
}
