// Names of a cluster and its members at bootstrap, computed as etcd computes them (etcd-facts M1, M2)
// so that the same flags give the same ids. Used only when the data directory is empty: afterwards
// the ids come from the log, whatever the flags say.
using System.Buffers.Binary;
using System.Globalization;
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
    /// whose peer URLs it advertises, and the others must be those of <c>--initial-cluster</c>.</summary>
    /// <param name="options">This node's options.</param>
    /// <param name="clusterId">The id the running cluster reports.</param>
    /// <param name="members">The members the running cluster reports.</param>
    /// <exception cref="OptionsException">The cluster does not know this node, or is another one than
    /// described.</exception>
    public static ClusterIdentity OfExistingCluster(NodeOptions options, ulong clusterId, IReadOnlyList<Member> members)
    {
        RequireOwnEntry(options);
        var self = members.FirstOrDefault(member => IsAt(member, options.InitialAdvertisePeerUrls))
            ?? throw new OptionsException(
                $"the cluster has no member with the peer URLs {UrlList.Show(options.InitialAdvertisePeerUrls)}: add it "
                + "before starting it with --initial-cluster-state=existing");
        if (members.Count != options.InitialCluster.Count)
        {
            throw new OptionsException(
                $"member count is unequal: --initial-cluster has {options.InitialCluster.Count} members, the cluster has "
                + $"{members.Count} ({string.Join(", ", members.Select(Describe))})");
        }

        var stranger = members.FirstOrDefault(
            member => !options.InitialCluster.Any(listed => IsAt(member, listed.PeerUrls)));
        return stranger is not null
            ? throw new OptionsException(
                $"PeerURLs: no match found for existing member {Describe(stranger)}: --initial-cluster has "
                + UrlList.ShowCluster(options.InitialCluster))
            : new ClusterIdentity(clusterId, self.Id, [.. members.OrderBy(member => member.Id)]);
    }

    /// <summary>Demands that <c>--initial-cluster</c> has this node, with the peer URLs it
    /// advertises.</summary>
    /// <exception cref="OptionsException">It has not.</exception>
    public static void RequireOwnEntry(NodeOptions options)
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

    /// <summary>True if these are the peer URLs of that member, in any order.</summary>
    public static bool IsAt(Member member, IReadOnlyCollection<Uri> urls) =>
        UrlMatch.AreSame(member.PeerUrls, urls);

    /// <summary>M1: the first 8 bytes of SHA-1 over the sorted peer URLs and the token.</summary>
    public static ulong MemberIdOf(IEnumerable<Uri> peerUrls, string token) => MemberIdOf(Texts(peerUrls), token);

    /// <summary>M1 of a member added to a running cluster: the time of its addition instead of a
    /// token.</summary>
    public static ulong MemberIdOf(IEnumerable<string> peerUrls, long unixSeconds) =>
        MemberIdOf(peerUrls, unixSeconds.ToString(CultureInfo.InvariantCulture));

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

    private static string Describe(Member member) => $"{member.Id:x} at {string.Join(',', member.PeerUrls)}";

    private static ulong MemberIdOf(IEnumerable<string> peerUrls, string ending) =>
        FirstBytesOfSha1(Encoding.UTF8.GetBytes(string.Concat(peerUrls.Order(StringComparer.Ordinal)) + ending));

    private static string[] Texts(IEnumerable<Uri> urls) => [.. urls.Select(url => url.OriginalString)];

    // The protocol fixes SHA-1 here; it makes names, it protects nothing.
#pragma warning disable CA5350
    private static ulong FirstBytesOfSha1(byte[] bytes) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(bytes));
#pragma warning restore CA5350
}
