namespace Kv.Node.Engine;

/// <summary>A change of the membership that somebody asks for.</summary>
/// <param name="Action">What is to happen.</param>
/// <param name="Id">The member concerned; 0 for one that is to be added.</param>
/// <param name="PeerUrls">Where it is; used by additions and updates.</param>
/// <param name="IsLearner">An addition does not vote yet.</param>
internal sealed record MembershipRequest(
    MembershipAction Action, ulong Id, IReadOnlyList<string> PeerUrls, bool IsLearner = false)
{
    public static MembershipRequest Add(IReadOnlyList<string> peerUrls, bool isLearner) =>
        new(MembershipAction.Add, 0, peerUrls, isLearner);

    public static MembershipRequest Remove(ulong id) => new(MembershipAction.Remove, id, []);

    public static MembershipRequest Update(ulong id, IReadOnlyList<string> peerUrls) =>
        new(MembershipAction.Update, id, peerUrls);

    public static MembershipRequest Promote(ulong id) => new(MembershipAction.Promote, id, []);
}
