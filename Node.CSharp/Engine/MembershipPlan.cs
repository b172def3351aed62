using Kv.Core.Apply;
using Kv.Core.Raft;

namespace Kv.Node.Engine;

/// <summary>A change that was found to be allowed: the same thing said to Raft and to the store, in one
/// log entry.</summary>
/// <param name="Step">What Raft does.</param>
/// <param name="Command">What the store does.</param>
/// <param name="AddedId">The id of a member to be added, else 0.</param>
internal sealed record MembershipPlan(ConfigurationStep Step, Command Command, ulong AddedId = 0);
