// The first start of a member, when its data directory is empty: finds out which cluster it belongs
// to and which member it is. A member that the others know as started has lost its data: under the same
// id it could vote twice in one term, so it is not let in again.
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;

namespace Kv.Node.Hosting;

/// <summary>Identifies a member that has no data yet.</summary>
internal static class Bootstrap
{
    /// <summary>What the members of a cluster to join are given to answer.</summary>
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a new cluster waits for somebody to say that it is not new: as a rule nobody
    /// else is up yet, and refuses at once.</summary>
    private static readonly TimeSpan NewPatience = TimeSpan.FromSeconds(1);

    /// <summary>Computes the identity of a new cluster, or asks the members of the existing one that
    /// <c>--initial-cluster</c> names.</summary>
    /// <exception cref="OptionsException">This node is not in the cluster, was in it before, the cluster
    /// is not the one described, or nobody answered.</exception>
    public static async Task<ClusterIdentity> IdentifyAsync(
        NodeOptions options, IClusterSearch search, CancellationToken token)
    {
        ClusterIdentity.RequireOwnEntry(options);
        var others = options.InitialCluster
            .Where(member => member.Name != options.Name)
            .SelectMany(member => member.PeerUrls)
            .ToArray();
        var patience = options.JoinsExistingCluster ? JoinPatience : NewPatience;
        var answers = await search.FindClustersAsync(others, patience, token);
        var identity = options.JoinsExistingCluster
            ? Choose(options, others, answers)
            : ClusterIdentity.OfNewCluster(options);
        RefuseComeback(options, identity.MemberId, answers);
        return identity;
    }

    /// <summary>A member that lags behind may not know the newcomer yet: one good answer is enough.</summary>
    private static ClusterIdentity Choose(
        NodeOptions options, Uri[] others, IReadOnlyList<RemoteCluster> answers)
    {
        if (answers.Count == 0)
        {
            throw new OptionsException(
                "--initial-cluster-state is existing, but no other member in --initial-cluster answers"
                + (others.Length > 0 ? $" ({UrlList.Show(others)})" : " (there is none)"));
        }

        if (answers.FirstOrDefault(answer => answer.ClusterId != answers[0].ClusterId) is { } stranger)
        {
            throw new OptionsException(
                $"cluster ID mismatch: {answers[0].Url.OriginalString} is in cluster {answers[0].ClusterId:x}, "
                + $"{stranger.Url.OriginalString} in cluster {stranger.ClusterId:x}");
        }

        OptionsException? problem = null;
        foreach (var answer in answers)
        {
            try
            {
                return ClusterIdentity.OfExistingCluster(options, answer.ClusterId, answer.Members);
            }
            catch (OptionsException mismatch)
            {
                problem ??= mismatch;
            }
        }

        throw problem!;
    }

    private static void RefuseComeback(NodeOptions options, ulong memberId, IReadOnlyList<RemoteCluster> answers)
    {
        // Names are known from the start in a new cluster; client URLs a member tells when it serves.
        if (answers.Any(answer => answer.Members.Any(
            member => member.Id == memberId && member.ClientUrls.Length > 0)))
        {
            throw new OptionsException(
                $"member {memberId:x} has already been bootstrapped, and {options.DataDir} does not hold its data: give "
                + "the --data-dir it had, or remove the member from the cluster and add it again");
        }
    }
}
