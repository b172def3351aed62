// One member as the operator wrote it on the command line, before it has an id.
namespace Kv.Node.Options;

/// <summary>One entry of <c>--initial-cluster</c>.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="PeerUrls">Its peer URLs, in the order given.</param>
internal sealed record InitialMember(string Name, IReadOnlyList<Uri> PeerUrls);
