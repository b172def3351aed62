// Moving from etcd to kvnode and back by snapshot, with etcd's own tools: Debian's etcdctl 3.4, and etcd,
// etcdctl and etcdutl 3.5. What a client could see before must be there after, to the hash.
using System.Text.Json;
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Xunit;

namespace Compat;

/// <summary>Snapshots both ways.</summary>
public sealed class SnapshotTests : IDisposable
{
    private const long KeptLease = 0x5001;

    private readonly string _directory = Directory.CreateTempSubdirectory("kv-snapshot-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_kvnode_saves_etcds_tools_read_and_etcd_serves_and_goes_on_with()
    {
        using var ours = await SingleServer.StartAsync(Tools.KvNode, In("kv"));
        // Enough for three levels of pages: the deepest trees there are in practice.
        var filler = new string('f', 1_700);
        for (var i = 0; i < 190; i++)
        {
            await ours.Client.Kv.TxnAsync(PutAll(Enumerable.Range(i * 100, 100).Select(n => ($"deep/{n:00000}", filler))));
        }

        var compacted = await FillAsync(ours.Client);
        await EtcdCtl.RunAsync(ours.Url, "snapshot", "save", In("kv.db"));
        var before = await Contents.ReadAsync(ours.Client, compacted + 1);
        await CompareSummaries(In("kv.db"), before);

        await Command.RunAsync(Tools.EtcdUtl, "snapshot", "restore", In("kv.db"), "--data-dir", In("etcd"));
        using var theirs = await SingleServer.StartAsync(Tools.Etcd, In("etcd"));
        AssertSame(before, await Contents.ReadAsync(theirs.Client, compacted + 1));
        await AssertLease(theirs.Client);

        // etcd must be able to work with the tree: insert, delete whole regions of it, compact, rewrite.
        await EtcdCtl.RunAsync(theirs.Url, "put", "after", "restore");
        await EtcdCtl.RunAsync(theirs.Url, "del", "deep/05", "deep/17999");
        var head = (await theirs.Client.Kv.DeleteRangeAsync(
            new DeleteRangeRequest { Key = Text("k0"), RangeEnd = Text("k4") })).Header.Revision;
        await theirs.Client.Kv.CompactAsync(new CompactionRequest { Revision = head, Physical = true });
        await EtcdCtl.RunAsync(theirs.Url, "defrag");
        await EtcdCtl.RunAsync(theirs.Url, "snapshot", "save", In("again.db"));
        await Command.RunAsync(Tools.EtcdUtl, "snapshot", "status", In("again.db"));
    }

    [Fact]
    public async Task What_etcd_saves_a_cluster_of_kvnodes_serves_and_goes_on_with()
    {
        using var theirs = await SingleServer.StartAsync(Tools.Etcd, In("etcd"));
        var compacted = await FillAsync(theirs.Client);
        await Command.RunAsync(Tools.KvNode, "snapshot", "save", In("etcd.db"), "--endpoints", theirs.Url);
        var before = await Contents.ReadAsync(theirs.Client, compacted + 1);
        await CompareSummaries(In("etcd.db"), before);

        using var cluster = TestCluster.Plan(3);
        await RestoreAsync("etcd.db", cluster, cluster.Nodes);
        await cluster.StartAllAsync();
        await Task.WhenAll(cluster.Nodes.Select(async node =>
        {
            using var client = new Client(node.ClientUrl);
            AssertSame(before, await Contents.ReadAsync(client, compacted + 1));
            await AssertLease(client);
        }));

        // The directories are sound: the cluster writes, dies, and is there again.
        await EtcdCtl.RunAsync(cluster.Endpoints, "put", "after", "restore");
        foreach (var node in cluster.Nodes)
        {
            node.Kill();
        }

        await cluster.StartAllAsync();
        Assert.Equal("after\nrestore\n", await EtcdCtl.RunAsync(cluster.Endpoints, "get", "after"));
        using var after = new Client(cluster.Nodes[1].ClientUrl);
        Assert.Equal(before.Revision + 1, await after.RevisionAsync());
        Assert.Equal(before.Hashes[before.Revision], (await after.HashAsync(before.Revision)).Hash);
    }

    [Fact]
    public async Task A_member_that_was_not_restored_gets_everything_from_those_that_were()
    {
        using (var source = await SingleServer.StartAsync(Tools.KvNode, In("source")))
        {
            await EtcdCtl.RunAsync(source.Url, "put", "old", "data");
            await EtcdCtl.RunAsync(source.Url, "snapshot", "save", In("source.db"));
        }

        using var cluster = TestCluster.Plan(3);
        await RestoreAsync("source.db", cluster, cluster.Nodes[..2]);
        await cluster.StartAllAsync();
        Assert.Equal("old\ndata\n", await EtcdCtl.RunAsync(cluster.Nodes[2].ClientUrl, "get", "old", "--consistency=s"));
    }

    [Fact]
    public async Task A_bumped_revision_is_the_same_in_both()
    {
        using (var source = await SingleServer.StartAsync(Tools.Etcd, In("source")))
        {
            await FillAsync(source.Client);
            await EtcdCtl.RunAsync(source.Url, "snapshot", "save", In("source.db"));
        }

        string[] bump = ["--bump-revision", "1000000", "--mark-compacted"];
        await Command.RunAsync(
            Tools.EtcdUtl, ["snapshot", "restore", In("source.db"), "--data-dir", In("etcd"), .. bump]);
        await Command.RunAsync(
            Tools.KvNode, ["snapshot", "restore", In("source.db"), "--data-dir", In("kv"), .. bump]);
        using var theirs = await SingleServer.StartAsync(Tools.Etcd, In("etcd"));
        using var ours = await SingleServer.StartAsync(Tools.KvNode, In("kv"));
        var revision = await theirs.Client.RevisionAsync();
        Assert.InRange(revision, 1_000_000, 2_000_000);
        // etcd compacts there once it has started.
        await Eventually.Holds(
            async () => (await theirs.Client.HashAsync()).Compacted == revision, "etcd compacts at the bumped revision");
        Assert.Equal(await theirs.Client.HashAsync(), await ours.Client.HashAsync());
        foreach (var server in new[] { theirs, ours })
        {
            var old = await EtcdCtl.TryAsync(server.Url, "get", "single", "--rev=20");
            Assert.Contains("required revision has been compacted", old.Error, StringComparison.Ordinal);
            await EtcdCtl.RunAsync(server.Url, "put", "after", "bump");
        }

        AssertSame(
            await Contents.ReadAsync(theirs.Client, revision + 1), await Contents.ReadAsync(ours.Client, revision + 1));

        // And it survives a journey back: the mark in the history is one of etcd's own.
        await EtcdCtl.RunAsync(ours.Url, "snapshot", "save", In("back.db"));
        await Command.RunAsync(Tools.EtcdUtl, "snapshot", "restore", In("back.db"), "--data-dir", In("back"));
        using var back = await SingleServer.StartAsync(Tools.Etcd, In("back"));
        Assert.Equal((await ours.Client.HashAsync()).Hash, (await back.Client.HashAsync()).Hash);
    }

    [Fact]
    public async Task The_hash_kept_of_a_compaction_is_etcds()
    {
        using var theirs = await SingleServer.StartAsync(Tools.Etcd, In("etcd"));
        using var ours = await SingleServer.StartAsync(Tools.KvNode, In("kv"));
        foreach (var server in new[] { theirs, ours })
        {
            await FillAsync(server.Client);
            await EtcdCtl.RunAsync(server.Url, "put", "gone", "x");
            await EtcdCtl.RunAsync(server.Url, "del", "gone");
        }

        var first = (await theirs.Client.HashAsync()).Compacted;
        var head = await theirs.Client.RevisionAsync();
        Assert.Equal(head, await ours.Client.RevisionAsync());
        foreach (var revision in new[] { first + 20, head, head + 1 })
        {
            await Both(client => client.Kv.CompactAsync(new CompactionRequest { Revision = revision, Physical = true })
                .ResponseAsync);
            Assert.Equal(await theirs.Client.HashAsync(revision), await ours.Client.HashAsync(revision));
            // Without a revision it is never the one that was kept.
            Assert.Equal(await theirs.Client.HashAsync(), await ours.Client.HashAsync());
            await Both(client => client.Kv.PutAsync(new PutRequest { Key = Text("next"), Value = Text("y") }).ResponseAsync);
        }

        foreach (var revision in new[] { first, first + 20, head })
        {
            Assert.Equal(await theirs.Client.HashAsync(revision), await ours.Client.HashAsync(revision));
        }

        async Task Both<T>(Func<Client, Task<T>> call)
        {
            await call(theirs.Client);
            await call(ours.Client);
        }
    }

    [Fact]
    public async Task A_restore_that_cannot_be_right_is_refused_in_one_line()
    {
        using (var source = await SingleServer.StartAsync(Tools.Etcd, In("source")))
        {
            await EtcdCtl.RunAsync(source.Url, "put", "a", "1");
            await EtcdCtl.RunAsync(source.Url, "snapshot", "save", In("good.db"));
            await EtcdCtl.RunAsync(source.Url, "user", "add", "someone:secret");
            await EtcdCtl.RunAsync(source.Url, "snapshot", "save", In("users.db"));
        }

        var bytes = File.ReadAllBytes(In("good.db"));
        File.WriteAllBytes(In("bare.db"), bytes[..^32]);
        File.WriteAllBytes(In("wrong.db"), [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
        File.WriteAllBytes(In("cut.db"), bytes[..8192]);
        File.WriteAllText(In("text.db"), "not a snapshot");

        await Refused("snapshot missing hash but --skip-hash-check=false", "bare.db");
        await Refused("expected sha256", "wrong.db");
        await Refused("offset", "cut.db", "--skip-hash-check");
        await Refused("neither meta page is valid", "text.db", "--skip-hash-check");
        await Refused("nothing-there.db", "nothing-there.db");
        await Refused("--mark-compacted required if --bump-revision > 0", "good.db", "--bump-revision", "5");
        await Refused("--mark-compacted needs --bump-revision", "good.db", "--mark-compacted");
        await Refused("--bump-revision: expected a whole number", "good.db", "--bump-revision", "many");
        await Refused("--initial-cluster has no member named \"x\"", "good.db", "--name", "x", "--initial-cluster", "y=http://y:1");
        await Refused("did you mean --data-dir?", "good.db", "--data-dirs", "x");

        await Restored("good.db");
        await Restored("bare.db", "--skip-hash-check");
        await Restored("wrong.db", "--skip-hash-check");
        await Restored("users.db");
        await Restored("good.db", "--wal-dir", In("wal"));

        // Not into a directory that holds anything.
        await Restore("good.db", In("twice"));
        var second = await Restore("good.db", In("twice"));
        Assert.Contains("not empty", second.Error, StringComparison.Ordinal);
        Assert.Equal(1, second.ExitCode);

        // What a restore was cut off in is not taken for a new directory.
        File.WriteAllText(Path.Combine(In("twice"), "restore.unfinished"), "");
        using var half = ServerProcess.Start(Tools.KvNode, ["--data-dir", In("twice")]);
        Assert.Equal(1, await half.WhenExitedAsync());
        Assert.Contains("a restore into", half.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_the_flags_and_unknown_commands_are_refused()
    {
        Assert.Contains("--mark-compacted", await Command.RunAsync(Tools.KvNode, "snapshot", "restore", "--help"), StringComparison.Ordinal);
        Assert.Contains("--write-out", await Command.RunAsync(Tools.KvNode, "snapshot", "status", "-h"), StringComparison.Ordinal);
        Assert.Contains("restore", await Command.RunAsync(Tools.KvNode, "snapshot"), StringComparison.Ordinal);
        Assert.Contains("snapshot", await Command.RunAsync(Tools.KvNode, "--help"), StringComparison.Ordinal);
        var unknown = await Command.TryAsync(Tools.KvNode, "snapshot", "restoer");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("expected save, status or restore", unknown.Error, StringComparison.Ordinal);
    }

    private static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static TxnRequest PutAll(IEnumerable<(string Key, string Value)> pairs)
    {
        var txn = new TxnRequest();
        txn.Success.AddRange(pairs.Select(pair => new RequestOp
        {
            RequestPut = new PutRequest { Key = Text(pair.Key), Value = Text(pair.Value) },
        }));
        return txn;
    }

    /// <summary>Something of everything: overwritten and deleted keys, transactions, leases, values from none to
    /// 300 KB, and a compaction at a deletion. Returns the compact revision.</summary>
    private static async Task<long> FillAsync(Client client)
    {
        var random = new Random(7);
        await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = KeptLease, TTL = 9_000 });
        await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { ID = 77, TTL = 9_000 });
        for (var i = 0; i < 24; i++)
        {
            await client.Kv.TxnAsync(PutAll(
                Enumerable.Range(i * 70, 100).Select(n => ($"k{n % 500}", new string('v', random.Next(400))))));
        }

        for (var i = 0; i < 6; i++)
        {
            var request = new PutRequest { Key = Text($"big/{i}"), Value = Text(new string('b', 50_000 * (i + 1))) };
            await client.Kv.PutAsync(request);
        }

        await client.Kv.PutAsync(new PutRequest { Key = Text("leased/a"), Value = Text("1"), Lease = KeptLease });
        await client.Kv.PutAsync(new PutRequest { Key = Text("leased/b"), Lease = KeptLease });
        await client.Kv.PutAsync(new PutRequest { Key = Text("revoked"), Value = Text("1"), Lease = 77 });
        await client.Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 77 });
        await client.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Text("k1"), RangeEnd = Text("k2") });
        for (var i = 0; i < 20; i++)
        {
            await client.Kv.PutAsync(new PutRequest { Key = Text("single"), Value = Text($"{i}") });
        }

        var deleted = await client.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Text("k40"), RangeEnd = Text("k41") });
        await client.Kv.TxnAsync(PutAll(Enumerable.Range(120, 60).Select(n => ($"k{n}", "again"))));
        for (var i = 0; i < 20; i++)
        {
            await client.Kv.PutAsync(new PutRequest { Key = Text($"k{i * 7}"), Value = Text($"late {i}") });
        }

        await client.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Text("k3"), RangeEnd = Text("k30") });
        var compacted = deleted.Header.Revision;
        await client.Kv.CompactAsync(new CompactionRequest { Revision = compacted, Physical = true });
        return compacted;
    }

    private static async Task AssertLease(Client client)
    {
        var all = await client.Lease.LeaseLeasesAsync(new LeaseLeasesRequest());
        Assert.Equal([KeptLease], all.Leases.Select(lease => lease.ID));
        var one = await client.Lease.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = KeptLease, Keys = true });
        Assert.Equal(9_000, one.GrantedTTL);
        Assert.InRange(one.TTL, 8_000, 9_000);
        Assert.Equal(["leased/a", "leased/b"], one.Keys.Select(key => key.ToStringUtf8()).Order());
    }

    private static void AssertSame(Contents expected, Contents actual)
    {
        Assert.Equal(expected.Revision, actual.Revision);
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.Equal(expected.Hashes, actual.Hashes);
        Assert.Equal(expected.Events, actual.Events);
    }

    /// <summary>The three tools say the same of a file, and what is true.</summary>
    private static async Task CompareSummaries(string path, Contents contents)
    {
        using var old = JsonDocument.Parse(await Command.RunAsync(Tools.EtcdCtl, "snapshot", "status", path, "-w", "json"));
        using var etcd = JsonDocument.Parse(await Command.RunAsync(Tools.EtcdUtl, "snapshot", "status", path, "-w", "json"));
        using var ours = JsonDocument.Parse(await Command.RunAsync(Tools.KvNode, "snapshot", "status", path, "-w", "json"));
        Assert.Equal(old.RootElement.ToString(), etcd.RootElement.ToString());
        foreach (var field in new[] { "hash", "revision", "totalSize" })
        {
            Assert.Equal(etcd.RootElement.GetProperty(field).GetInt64(), ours.RootElement.GetProperty(field).GetInt64());
        }

        Assert.Equal(contents.Revision, ours.RootElement.GetProperty("revision").GetInt64());
        Assert.Equal(contents.Keys.Count, ours.RootElement.GetProperty("totalKey").GetInt64());
        var shown = (await Command.RunAsync(Tools.EtcdUtl, "snapshot", "status", path)).Trim().Split(", ");
        var simple = (await Command.RunAsync(Tools.KvNode, "snapshot", "status", path)).Trim().Split(", ");
        Assert.Equal((shown[0], shown[1], shown[3]), (simple[0], simple[1], simple[3].TrimEnd(',')));
    }

    private string In(string name) => Path.Combine(_directory, name);

    private Task<CommandResult> Restore(string file, string directory, params string[] flags) =>
        Command.TryAsync(Tools.KvNode, ["snapshot", "restore", In(file), "--data-dir", directory, .. flags]);

    /// <summary>Restores members of a cluster, each as its operator would.</summary>
    private async Task RestoreAsync(string file, TestCluster cluster, IEnumerable<Node> nodes)
    {
        var members = string.Join(',', cluster.Nodes.Select(node => $"{node.Name}={node.PeerUrl}"));
        await Task.WhenAll(nodes.Select(node => Command.RunAsync(
            Tools.KvNode, "snapshot", "restore", In(file), "--name", node.Name, "--initial-cluster", members,
            "--initial-advertise-peer-urls", node.PeerUrl, "--data-dir", node.DataDirectory)));
    }

    private async Task Refused(string expected, string file, params string[] flags)
    {
        var result = await Restore(file, In("refused"), flags);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("kvnode: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.False(Directory.Exists(In("refused")));
    }

    private async Task Restored(string file, params string[] flags)
    {
        var directory = In($"restored-{Guid.NewGuid():n}");
        var result = await Restore(file, directory, flags);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("revision 2, 1 keys", result.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(directory, "member", "snap")));
    }
}
