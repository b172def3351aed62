using Kv.Core.Apply;

namespace Kv.Node.Engine;

/// <summary>A change of the membership that was applied.</summary>
/// <param name="Members">The members after it.</param>
/// <param name="AddedId">The id given to the member that was added; 0 for other changes.</param>
internal sealed record MembershipResult(IReadOnlyList<Member> Members, ulong AddedId);
