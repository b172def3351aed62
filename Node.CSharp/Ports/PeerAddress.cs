// Where another member is.
namespace Kv.Node.Ports;

/// <summary>A member of the cluster as the network sees it.</summary>
/// <param name="Id">The member's id.</param>
/// <param name="Urls">Its peer URLs; tried in turn.</param>
internal sealed record PeerAddress(ulong Id, IReadOnlyList<Uri> Urls);
