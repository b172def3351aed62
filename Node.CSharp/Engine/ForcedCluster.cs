// Disaster recovery (--force-new-cluster): a cluster of one is made of what one member's directory
// holds. The log says so itself, in ordinary entries that remove the others, so that everything after
// it (restarts, snapshots, members added later) needs no special case.
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Wal;
using Microsoft.FSharp.Core;

namespace Kv.Node.Engine;

/// <summary>Makes a member the only one.</summary>
internal static class ForcedCluster
{
    /// <summary>Takes the whole log as committed, removes all other members behind it, and makes that
    /// durable. What is not known here to be committed may have been acknowledged all the same: the members
    /// that are gone were a quorum, and a member learns of a commit later than the leader, and may have
    /// written down less than it learned. A caller of a write that was not acknowledged was told
    /// "unknown", and unknown it was.</summary>
    /// <returns>What the log holds now.</returns>
    /// <exception cref="DataDirectoryException">This member was removed from its cluster, or never was
    /// a part of it.</exception>
    public static (HardState HardState, Entry[] Entries) Make(
        WalIdentity identity, StoreState state, HardState hardState, Entry[] entries, WriteAheadLog log, ILogger logger)
    {
        var self = identity.MemberId;
        var last = entries.Length == 0 ? state.Mark.Index : entries[^1].Index;
        var all = new HardState(hardState.Term, hardState.Vote, last);
        var raft = RaftMachine.Restore(new RaftOptions(self, 10, 1, 0), all, state.Mark, entries).Status;
        var members = StoreMachine.Apply(state, entries, []).Members;
        if (members.FirstOrDefault(member => member.Id == self) is not { } own || raft.Configuration.Voters.Length == 0)
        {
            throw new DataDirectoryException(
                $"--force-new-cluster: by its data, this member {self:x} is not part of cluster {identity.ClusterId:x}: it was "
                + "removed, or has not got the cluster's data yet; use the directory of another member, or a snapshot");
        }

        var others = members.Where(member => member.Id != self).ToArray();
        var term = Math.Max(raft.Term, 1);
        var added = Changes(own, others, raft.Configuration)
            .Select((change, i) => new Entry(last + (ulong)i + 1, term, change.Kind, change.Data))
            .ToArray();
        // In two steps: a commit index must never speak of entries that are not durable yet.
        Write(log, new HardState(term, hardState.Vote, last), added);
        var after = new HardState(term, hardState.Vote, last + (ulong)added.Length);
        Write(log, after, []);
        logger.NewClusterForced(
            identity.ClusterId.ToString("x"), self.ToString("x"),
            others.Length == 0 ? "none" : string.Join(", ", others.Select(member => $"{member.Name} {member.Id:x}".Trim())),
            last - Math.Min(last, hardState.Commit));
        return (after, [.. entries, .. added]);
    }

    /// <summary>One member a step, so that each follows from the configuration before it.</summary>
    private static IEnumerable<(EntryKind Kind, byte[] Data)> Changes(
        Member own, IEnumerable<Member> others, Configuration configuration)
    {
        if (configuration.IsJoint)
        {
            yield return Change([], []);
        }

        if (own.IsLearner)
        {
            yield return Change(ConfigurationOperation.AddVoter, own.Id, Command.NewMemberPromote(own.Id));
        }

        foreach (var other in others)
        {
            yield return Change(ConfigurationOperation.Remove, other.Id, Command.NewMemberRemove(other.Id));
        }
    }

    private static (EntryKind Kind, byte[] Data) Change(ConfigurationOperation operation, ulong id, Command command) =>
        Change([new ConfigurationStep(operation, id)], CommandCodec.Encode(0, command, Caller.Node));

    private static (EntryKind Kind, byte[] Data) Change(ConfigurationStep[] steps, byte[] context) =>
        (EntryKind.Configuration, ConfigurationCodec.Encode(new ConfigurationChange(steps, context)));

    private static void Write(WriteAheadLog log, HardState hardState, Entry[] entries)
    {
        log.Append(new PersistBatch(
            0, FSharpValueOption<HardState>.NewValueSome(hardState), entries, null, true, []));
        log.Flush(true);
    }
}
