// A state to a file and back: everything a client can see is the same.
using System.Security.Cryptography;
using System.Text;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.EtcdFile;
using Kv.Node.Ports;
using Kv.Node.Tests.Watch;
using Xunit;
using static Kv.Node.Tests.EtcdFiles.HandMadeFile;

namespace Kv.Node.Tests.EtcdFiles;

/// <summary>Export and import.</summary>
public sealed class RoundTripTests
{
    private static readonly Member[] Members =
        [new(5, "n1", ["http://n1:1"], [], false), new(9, "n2", ["http://n2:1"], [], false)];

    [Fact]
    public void A_store_comes_back_with_its_history_leases_and_alarms()
    {
        var store = Filled();
        using var file = SavedFile.Of(store.State);
        var import = file.Import();
        var state = import.ToState(77, Members);
        Assert.Equal(store.State.Revision, state.Revision);
        Assert.Equal(store.State.CompactRevision, state.CompactRevision);
        Assert.Equal(store.State.KeyCount, state.KeyCount);
        for (var revision = state.CompactRevision; revision <= state.Revision; revision += 37)
        {
            Assert.Equal(store.State.HashKv(revision), state.HashKv(revision));
        }

        Assert.Equal(2, state.LeaseCount);
        Assert.Equal((60L, 11L), (state.FindLease(3).Ttl, state.FindLease(3).RemainingTtl));
        Assert.Equal(store.State.LeaseKeys(3).Length, state.LeaseKeys(3).Length);
        Assert.Equal([(4UL, AlarmKind.Corrupt)], state.Alarms.Select(alarm => (alarm.Item1, alarm.Item2)));
        Assert.Contains("alarm Corrupt", import.Warnings.Single(), StringComparison.Ordinal);
        Assert.Equal(77UL, state.ClusterId);
        Assert.Equal([5UL, 9UL], state.Configuration.Voters);
        Assert.Equal(["n1", "n2"], state.Members.Select(member => member.Name));
        Assert.Equal("", state.ClusterVersion);
        Assert.Equal(store.State.AppliedIndex, state.AppliedIndex);
        Assert.Equal(1UL, state.AppliedTerm);
    }

    [Fact]
    public void A_summary_is_not_given_of_a_file_with_a_wrong_checksum()
    {
        var image = SavedFile.ImageOf(Filled().State);
        using var whole = new SavedFile([.. image, .. SHA256.HashData(image)]);
        using var without = new SavedFile(image);
        Assert.Equal(whole.Summary(), without.Summary());
        using var other = new SavedFile([.. image, .. new byte[SHA256.HashSizeInBytes]]);
        var damage = Assert.Throws<DamagedEtcdFileException>(other.Summary);
        Assert.Contains($"at offset {image.Length}: expected sha256 0000", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bumped_revision_compacts_everything_before_it()
    {
        var store = Filled();
        using var file = SavedFile.Of(store.State);
        var import = file.Import();
        var before = import.Revision;
        Assert.True(import.Bump(1_000_000));
        var state = import.ToState(77, Members);
        Assert.Equal(before + 1_000_000, state.Revision);
        Assert.Equal(state.Revision, state.CompactRevision);
        var kept = store.State.Get("k1"u8.ToArray(), 0);
        Assert.Equal(kept.ModRevision, state.Get("k1"u8.ToArray(), 0).ModRevision);
        var (error, _) = state.Range(new RangeRequest("k1"u8.ToArray(), default) { Revision = before });
        Assert.Equal(StoreError.Compacted, error);
    }

    [Fact]
    public void A_revision_cannot_be_bumped_beyond_what_a_revision_can_be()
    {
        using var file = SavedFile.Of(Filled().State);
        Assert.False(file.Import().Bump(long.MaxValue));
    }

    [Fact]
    public void A_compaction_that_was_only_scheduled_is_done()
    {
        var made = Usual();
        made.Leaf(4, Pair("scheduledCompactRev", "\0\0\0\0\0\0\0\u0009_\0\0\0\0\0\0\0\0"));
        using var file = new SavedFile(made.Build());
        var state = file.Import().ToState(1, Members);
        Assert.Equal((9L, 9L), (state.Revision, state.CompactRevision));
        Assert.Equal(1UL, state.AppliedIndex);
    }

    [Fact]
    public void Users_roles_and_switched_on_authentication_come_back()
    {
        var store = Filled();
        var permission = new Permission(PermissionKind.Write, "a"u8.ToArray(), "\0"u8.ToArray());
        store.Apply(
            Command.NewAuth(AuthChange.NewUserAdd("root", "$2a$10$x")),
            Command.NewAuth(AuthChange.NewUserAdd("cert", "")),
            Command.NewAuth(AuthChange.NewUserGrant("root", "root")),
            Command.NewAuth(AuthChange.NewRoleAdd("r")),
            Command.NewAuth(AuthChange.NewRoleGrant("r", permission)),
            Command.NewAuth(AuthChange.NewUserGrant("cert", "r")),
            Command.NewAuth(AuthChange.Enable));
        using var file = SavedFile.Of(store.State);
        var auth = file.Import().ToState(77, Members).Auth;
        Assert.True(auth.IsEnabled);
        Assert.Equal(store.State.Auth.Revision, auth.Revision);
        Assert.Equal(["cert", "root"], auth.Users.Select(user => user.Name));
        Assert.Equal(("$2a$10$x", "root"), (auth.FindUser("root").PasswordHash, auth.FindUser("root").Roles.Single()));
        Assert.Equal((false, "r"), (auth.FindUser("cert").HasPassword, auth.FindUser("cert").Roles.Single()));
        var granted = auth.FindRole("r").Permissions.Single();
        Assert.Equal(PermissionKind.Write, granted.Kind);
        Assert.Equal(("a", "\0"), (Encoding.ASCII.GetString(granted.Key), Encoding.ASCII.GetString(granted.RangeEnd)));
        var caller = Caller.User("cert", auth.Revision);
        Assert.Equal(StoreError.None, auth.CheckWrite(caller, "z"u8.ToArray(), default));
        Assert.Equal(StoreError.PermissionDenied, auth.CheckRead(caller, "z"u8.ToArray(), default));
    }

    [Fact]
    public void A_bucket_nobody_knows_is_said_to_be_left_out()
    {
        var made = Usual();
        made.Leaf(2, Bucket("key", 3), Bucket("meta", 4), Inline("mine", Pair("a", "b")));
        using var file = new SavedFile(made.Build());
        Assert.Contains("\"mine\"", file.Import().Warnings.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alarm", "\b\u0001\u0010\u0009", "unknown kind")]
    [InlineData("lease", "\0\0\0\0\0\0\0\u0005", "a lease that cannot be")]
    [InlineData("authUsers", "root", "under another name")]
    public void What_cannot_be_taken_is_refused(string bucket, string key, string expected)
    {
        var made = Usual();
        (uint, byte[], byte[])[] buckets = [Bucket("key", 3), Inline(bucket, Pair(key, "")), Bucket("meta", 4)];
        made.Leaf(2, [.. buckets.OrderBy(one => Encoding.Latin1.GetString(one.Item2), StringComparer.Ordinal)]);
        using var file = new SavedFile(made.Build());
        Assert.Contains(expected, Assert.Throws<DamagedEtcdFileException>(file.Import).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n\u0001a\u0010\u0002\u0018\u0003 \u0001")]
    [InlineData("\n\u0001a\u0010\u0002\u0018\u0002 \u0001x\u0001")]
    [InlineData("\n\u0001a\u0010\u0002\u0018\u0002 \u0001*\0")]
    [InlineData("\n\u0009a")]
    [InlineData("\n\u0001a")]
    public void A_row_that_etcd_would_not_have_written_is_refused(string value)
    {
        var made = Usual();
        made.Leaf(3, Pair("\0\0\0\0\0\0\0\u0002_\0\0\0\0\0\0\0\0", value));
        using var file = new SavedFile(made.Build());
        Assert.Throws<DamagedEtcdFileException>(file.Import);
    }

    [Fact]
    public void A_file_without_the_needed_buckets_is_none_of_etcd()
    {
        var made = Usual();
        made.Leaf(2, Bucket("key", 3));
        using var file = new SavedFile(made.Build());
        Assert.Contains("not a data file of etcd", Assert.Throws<DamagedEtcdFileException>(file.Import).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_checksum_is_checked_in_etcds_words()
    {
        var image = SavedFile.ImageOf(Filled().State);
        using var good = new SavedFile([.. image, .. SHA256.HashData(image)]);
        SnapshotTrailer.Check(new PhysicalDisk(), good.Name);
        using var bad = new SavedFile([.. image, .. new byte[32]]);
        var wrong = Assert.Throws<DamagedEtcdFileException>(() => SnapshotTrailer.Check(new PhysicalDisk(), bad.Name));
        Assert.Contains("expected sha256 000000", wrong.Message, StringComparison.Ordinal);
        using var bare = new SavedFile(image);
        var missing = Assert.Throws<DamagedEtcdFileException>(() => SnapshotTrailer.Check(new PhysicalDisk(), bare.Name));
        Assert.Contains("snapshot missing hash but --skip-hash-check=false", missing.Message, StringComparison.Ordinal);
    }

    private static TestStore Filled()
    {
        var store = new TestStore();
        store.Apply(Command.NewLeaseGrant(3, 60), Command.NewLeaseGrant(-4, 90));
        for (var i = 0; i < 900; i++)
        {
            var lease = i % 9 == 0 ? 3 : 0;
            store.Apply(Command.NewPut(new PutRequest(
                TestStore.Bytes($"k{i * 7 % 130}"), TestStore.Bytes(new string('v', i % 400)), lease)));
            if (i % 10 == 0)
            {
                store.Delete($"k{i % 130}");
            }
        }

        store.Apply(Command.NewLeaseCheckpoint([3], [11]));
        store.Compact(500);
        store.Put("k1");
        store.Apply(Command.NewAlarmRaise(4, AlarmKind.Corrupt));
        return store;
    }
}
