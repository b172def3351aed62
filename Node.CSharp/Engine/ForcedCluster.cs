// Disaster recovery (--force-new-cluster): a cluster of one is made of what one member's directory
// holds. The log says so itself, in ordinary entries that remove the others, so that everything after
// it (restarts, snapshots, members added later) needs no special case.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Wal;
using Microsoft.FSharp.Core;

namespace Kv.Node.Engine;

/// <summary>Makes a member the only one.</summary>
internal static class ForcedCluster
{
    /// <summary>Drops what is not known to be committed, removes all other members behind it, and makes
    /// that durable.</summary>
    /// <returns>What the log holds now.</returns>
    /// <exception cref="DataDirectoryException">This member was removed from its cluster, or never was
    /// a part of it.</exception>
    public static (HardState HardState, Entry[] Entries) Make(
        WalIdentity identity, StoreState state, HardState hardState, Entry[] entries, WriteAheadLog log, ILogger logger)
    {
        var self = identity.MemberId;
        var raft = RaftMachine.Restore(new RaftOptions(self, 10, 1, 0), hardState, state.Mark, entries).Status;
        Entry[] kept = [.. entries.Where(entry => entry.Index <= raft.Commit)];
        var members = StoreMachine.Apply(state, kept, []).Members;
        if (members.FirstOrDefault(member => member.Id == self) is not { } own || raft.Configuration.Voters.Length == 0)
        {
            throw new DataDirectoryException(
                $"--force-new-cluster: by its data, this member {self:x} is not part of cluster {identity.ClusterId:x}: it was "
                + "removed, or has not got the cluster's data yet; use the directory of another member, or a snapshot");
        }

        var others = members.Where(member => member.Id != self).ToArray();
        var term = Math.Max(raft.Term, 1);
        var added = Changes(own, others, raft.Configuration)
            .Select((change, i) => new Entry(raft.Commit + (ulong)i + 1, term, change.Kind, change.Data))
            .ToArray();
        // In two steps: a commit index must never speak of entries that are not durable yet.
        Write(log, new HardState(term, hardState.Vote, raft.Commit), added);
        var after = new HardState(term, hardState.Vote, added[^1].Index);
        Write(log, after, []);
        logger.NewClusterForced(
            identity.ClusterId.ToString("x"), self.ToString("x"),
            others.Length == 0 ? "none" : string.Join(", ", others.Select(member => $"{member.Name} {member.Id:x}".Trim())),
            entries.Length - kept.Length);
        return (after, [.. kept, .. added]);
    }

    /// <summary>One member a step, so that each follows from the configuration before it. The empty entry
    /// at the front takes the place of whatever stood behind the commit index.</summary>
    private static IEnumerable<(EntryKind Kind, byte[] Data)> Changes(
        Member own, IEnumerable<Member> others, Configuration configuration)
    {
        yield return (EntryKind.Normal, []);
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
        Change([new ConfigurationStep(operation, id)], CommandCodec.Encode(0, command));

    private static (EntryKind Kind, byte[] Data) Change(ConfigurationStep[] steps, byte[] context) =>
        (EntryKind.Configuration, ConfigurationCodec.Encode(new ConfigurationChange(steps, context)));

    private static void Write(WriteAheadLog log, HardState hardState, Entry[] entries)
    {
        log.Append(new PersistBatch(
            0, FSharpValueOption<HardState>.NewValueSome(hardState), entries, null, true, []));
        log.Flush(true);
    }
}
