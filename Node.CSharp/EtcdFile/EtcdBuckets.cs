// What the buckets of a file hold, for a state (snapshot-format §2). All ten are there, as in a file of
// etcd's own.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Raft;

namespace Kv.Node.EtcdFile;

/// <summary>The content of a file in etcd's format.</summary>
internal static class EtcdBuckets
{
    public const string Alarm = "alarm";

    public const string Auth = "auth";

    public const string AuthRoles = "authRoles";

    public const string AuthUsers = "authUsers";

    public const string Cluster = "cluster";

    public const string Key = "key";

    public const string Lease = "lease";

    public const string Members = "members";

    public const string MembersRemoved = "members_removed";

    public const string Meta = "meta";

    /// <summary>Key of <see cref="Auth"/>: one byte, 1 if authentication is on.</summary>
    public const string AuthEnabled = "authEnabled";

    /// <summary>Keys of <see cref="Meta"/>.</summary>
    public const string ConsistentIndex = "consistent_index";

    public const string Term = "term";

    public const string StorageVersion = "storageVersion";

    public const string ScheduledCompaction = "scheduledCompactRev";

    public const string FinishedCompaction = "finishedCompactRev";

    public const string AuthRevision = "authRevision";

    private const string ConfState = "confState";

    private const string ClusterVersion = "clusterVersion";

    /// <summary>The cluster version in files: every etcd from 3.4 on takes it, and raises it by itself. A
    /// later one, or a storage version, would be refused by some.</summary>
    private const string PortableVersion = "3.5.0";

    /// <summary>The buckets of a state in order of their names, each with a way to walk over its pairs.</summary>
    public static IReadOnlyList<(string Name, Func<PairSource> Open)> Of(StoreState state) =>
    [
        (Alarm, () => new ListedPairs(state.Alarms.Select(alarm => (AlarmCodec.Encode(alarm), Array.Empty<byte>())))),
        (Auth, () => new ListedPairs([.. AuthPairs(state.Auth)])),
        (AuthRoles, () => new ListedPairs(state.Auth.Roles.Select(AuthCodec.Encode))),
        (AuthUsers, () => new ListedPairs(state.Auth.Users.Select(AuthCodec.Encode))),
        (Cluster, () => new ListedPairs([(Text(ClusterVersion), Text(PortableVersion))])),
        (Key, () => new RowPairs(state)),
        (Lease, () => new LeasePairs(state.Leases)),
        (Members, () => new ListedPairs(state.Members.Select(member => (MemberKey(member.Id), MemberJson.Encode(member))))),
        (MembersRemoved, () => new ListedPairs(state.RemovedMembers.Select(id => (MemberKey(id), Text("removed"))))),
        (Meta, () => new ListedPairs(MetaPairs(state))),
    ];

    /// <summary>Whether <c>Maintenance.Hash</c> passes over a key of <see cref="Meta"/>: what says where a
    /// member is, not what it holds.</summary>
    public static bool IsOutsideHash(ReadOnlySpan<byte> metaKey) =>
        metaKey.SequenceEqual("consistent_index"u8)
        || metaKey.SequenceEqual("term"u8)
        || metaKey.SequenceEqual("storageVersion"u8);

    private static IEnumerable<(byte[] Key, byte[] Value)> AuthPairs(AuthState auth)
    {
        if (auth.IsEnabled)
        {
            yield return (Text(AuthEnabled), [1]);
        }

        yield return (Text(AuthRevision), Number(auth.Revision));
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> MetaPairs(StoreState state)
    {
        // etcd never stores the index 0.
        if (state.AppliedIndex > 0)
        {
            yield return (Text(ConsistentIndex), Number(state.AppliedIndex));
            yield return (Text(Term), Number(state.AppliedTerm));
        }

        yield return (Text(ConfState), ConfigurationJson(state.Configuration));
        if (state.CompactRevision >= 0)
        {
            // Scheduled and finished: etcd would repeat a compaction that was only scheduled.
            yield return (Text(ScheduledCompaction), RevisionKey(state.CompactRevision));
            yield return (Text(FinishedCompaction), RevisionKey(state.CompactRevision));
        }
    }

    private static byte[] ConfigurationJson(Configuration configuration)
    {
        var text = new StringBuilder("{\"voters\":").Append(Ids(configuration.Voters));
        AppendIfAny("learners", configuration.Learners);
        AppendIfAny("voters_outgoing", configuration.Outgoing);
        AppendIfAny("learners_next", configuration.LearnersNext);
        text.Append(",\"auto_leave\":").Append(configuration.AutoLeave ? "true" : "false").Append('}');
        return Text(text.ToString());

        void AppendIfAny(string name, ulong[] ids)
        {
            if (ids.Length > 0)
            {
                text.Append(",\"").Append(name).Append("\":").Append(Ids(ids));
            }
        }
    }

    private static string Ids(ulong[] ids) => $"[{string.Join(',', ids)}]";

    private static byte[] MemberKey(ulong id) => Text(id.ToString("x", CultureInfo.InvariantCulture));

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Number(ulong number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>The revision key of the first change of a revision.</summary>
    private static byte[] RevisionKey(long revision)
    {
        var bytes = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(bytes, revision);
        bytes[8] = (byte)'_';
        return bytes;
    }
}
