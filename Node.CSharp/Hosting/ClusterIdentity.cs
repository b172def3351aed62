// Names of a cluster and its members at bootstrap, computed as etcd computes them (etcd-facts M1, M2)
// so that the same flags give the same ids. Used only when the data directory is empty: afterwards
// the ids come from the log, whatever the flags say.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Kv.Core.Apply;
using Kv.Node.Options;

namespace Kv.Node.Hosting;

/// <summary>Which cluster this is, which member this node is, and who the members are.</summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="MemberId">This node's id.</param>
/// <param name="Members">All members by ascending id. Client URLs are empty, as they are until each
/// member publishes its own.</param>
internal sealed record ClusterIdentity(ulong ClusterId, ulong MemberId, IReadOnlyList<Member> Members)
{
    /// <summary>The identity of a new cluster made from <c>--initial-cluster</c>. Every member
    /// computes the same one.</summary>
    /// <exception cref="OptionsException">This node is not in the list, or with other peer URLs than
    /// it advertises.</exception>
    public static ClusterIdentity OfNewCluster(NodeOptions options)
    {
        RequireOwnEntry(options);
        var members = options.InitialCluster
            .Select(member => new Member(
                MemberIdOf(member.PeerUrls, options.InitialClusterToken), member.Name, Texts(member.PeerUrls), [], false))
            .OrderBy(member => member.Id)
            .ToArray();
        var self = members.Single(member => member.Name == options.Name);
        return new ClusterIdentity(ClusterIdOf(members.Select(member => member.Id)), self.Id, members);
    }

    /// <summary>The identity of this node in a running cluster that it was added to: it is the member
    /// whose peer URLs it advertises.</summary>
    /// <param name="options">This node's options.</param>
    /// <param name="clusterId">The id the running cluster reports.</param>
    /// <param name="members">The members the running cluster reports.</param>
    /// <exception cref="OptionsException">The cluster does not know this node.</exception>
    public static ClusterIdentity OfExistingCluster(NodeOptions options, ulong clusterId, IReadOnlyList<Member> members)
    {
        var own = Texts(options.InitialAdvertisePeerUrls).Order(StringComparer.Ordinal).ToArray();
        var self = members.FirstOrDefault(
            member => member.PeerUrls.Order(StringComparer.Ordinal).SequenceEqual(own, StringComparer.Ordinal));
        return self is null
            ? throw new OptionsException(
                $"the cluster has no member with the peer URLs {string.Join(',', own)}: add it before starting it with "
                + "--initial-cluster-state=existing")
            : new ClusterIdentity(clusterId, self.Id, [.. members.OrderBy(member => member.Id)]);
    }

    /// <summary>M1: the first 8 bytes of SHA-1 over the sorted peer URLs and the token.</summary>
    public static ulong MemberIdOf(IEnumerable<Uri> peerUrls, string token)
    {
        var text = string.Concat(Texts(peerUrls).Order(StringComparer.Ordinal)) + token;
        return FirstBytesOfSha1(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>M2: the first 8 bytes of SHA-1 over the sorted member ids.</summary>
    public static ulong ClusterIdOf(IEnumerable<ulong> memberIds)
    {
        var ids = memberIds.Order().ToArray();
        var bytes = new byte[ids.Length * sizeof(ulong)];
        for (var i = 0; i < ids.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), ids[i]);
        }

        return FirstBytesOfSha1(bytes);
    }

    private static void RequireOwnEntry(NodeOptions options)
    {
        var listed = options.InitialCluster.FirstOrDefault(member => member.Name == options.Name)
            ?? throw new OptionsException(
                $"--initial-cluster has no member named \"{options.Name}\" (--name); it has "
                + string.Join(", ", options.InitialCluster.Select(member => member.Name)));
        var listedUrls = Texts(listed.PeerUrls).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (!listedUrls.SetEquals(Texts(options.InitialAdvertisePeerUrls)))
        {
            throw new OptionsException(
                $"--initial-cluster has {UrlList.Show(listed.PeerUrls)} for \"{options.Name}\" but "
                + $"--initial-advertise-peer-urls is {UrlList.Show(options.InitialAdvertisePeerUrls)}");
        }
    }

    private static string[] Texts(IEnumerable<Uri> urls) => [.. urls.Select(url => url.OriginalString)];

    // The protocol fixes SHA-1 here; it makes names, it protects nothing.
#pragma warning disable CA5350
    private static ulong FirstBytesOfSha1(byte[] bytes) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(bytes));
#pragma warning restore CA5350
}
