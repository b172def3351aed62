// Who is wrong when members differ: those who are not of the majority. Where there is none, nobody can be
// trusted.
namespace Kv.Node.Engine;

/// <summary>Judges hashes of the same history.</summary>
internal static class HashVote
{
    /// <summary>The members whose data is damaged, or may be.</summary>
    /// <param name="hashes">What each member that answered has.</param>
    /// <param name="memberCount">Members of the cluster, those too that did not answer.</param>
    public static IReadOnlyList<ulong> Damaged(IReadOnlyCollection<(ulong Member, uint Hash)> hashes, int memberCount)
    {
        var groups = hashes.GroupBy(answer => answer.Hash).OrderByDescending(group => group.Count()).ToArray();
        if (groups.Length < 2)
        {
            return [];
        }

        var wrong = groups[0].Count() > memberCount / 2 ? groups.Skip(1) : groups;
        return [.. wrong.SelectMany(group => group.Select(answer => answer.Member)).Order()];
    }
}
