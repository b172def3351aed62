// The page for bad nights, typed as it stands: each trouble is made on real hosts, then the section's commands are run
// in order, and afterwards everything is there.
using System.Text.RegularExpressions;
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat.Recovery;

/// <summary>docs/recovery.md.</summary>
[Collection(nameof(TestHosts))]
public sealed class RecoveryTests : IAsyncLifetime
{
    private const string Before = "Before anything is broken";
    private const string All = "http://n1:2379,http://n2:2379,http://n3:2379";
    private const int Keys = 200;

    private static readonly string Here = Path.Combine(Tools.Scripts, "../tests/Compat/Recovery");

    private readonly string _directory = Directory.CreateTempSubdirectory("kv-recovery-").FullName;
    private readonly List<string> _played = [];
    private TestHosts _hosts = null!;

    public async Task InitializeAsync() => _hosts = await TestHosts.MakeAsync(3);

    public async Task DisposeAsync()
    {
        for (var host = 0; host < 3; host++)
        {
            if (Directory.Exists(In(host)))
            {
                await KillAsync(host);
            }
        }

        _hosts.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Every_section_with_commands_is_played() => Assert.Equal(
        [
            Before, "A member has lost its directory", "A log is damaged", "A wrong member was added", "The majority is lost",
            "Nothing is left but a snapshot", "The disk is full, or the store is",
        ],
        RecoveryPage.Sections.Keys);

    [Fact]
    public async Task A_member_has_lost_its_directory()
    {
        await BootAsync();
        await KillAsync(2);
        Directory.Delete(DataOf(2), recursive: true);
        await PlayAsync("A member has lost its directory");
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_log_is_damaged()
    {
        await BootAsync();
        await KillAsync(1);
        var log = Directory.GetFiles(Path.Combine(DataOf(1), "member/wal"), "*.wal").Order().First();
        await using (var file = File.Open(log, FileMode.Open))
        {
            // Inside the values that were put.
            file.Position = 20_000;
            var was = file.ReadByte();
            file.Position = 20_000;
            file.WriteByte((byte)(was ^ 1));
        }

        var refused = await TypeAsync(1, "systemctl start kvnode");
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches("(?i)/var/lib/kvnode/data/member/wal/.*offset", refused.Error);
        await PlayAsync("A log is damaged");
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_wrong_member_was_added()
    {
        await BootAsync();
        await MustAsync(0, "etcdctl --endpoints http://n1:2379 member add n4 --peer-urls http://nowhere:2380");
        await PlayAsync("A wrong member was added");
        await AssertWholeAsync();
    }

    [Fact]
    public async Task The_majority_is_lost()
    {
        await BootAsync();
        await KillAsync(1);
        await KillAsync(2);
        await PlayAsync("The majority is lost");
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Nothing_is_left_but_a_snapshot()
    {
        await BootAsync();
        var revision = await RevisionAsync();
        await PlayAsync(Before);
        for (var host = 0; host < 3; host++)
        {
            await KillAsync(host);
            if (host > 0)
            {
                File.Copy(Path.Combine(In(0), "lib/kvnode/kv.db"), Path.Combine(In(host), "lib/kvnode/kv.db"));
            }
        }

        await PlayAsync("Nothing is left but a snapshot");
        await AssertWholeAsync();
        Assert.True(await RevisionAsync() >= revision + 1_000_000_000);
    }

    [Fact]
    public async Task The_disk_is_full_and_so_is_the_store()
    {
        const string Section = "The disk is full, or the store is";
        Prepare(0, "n1=http://n1:2380", "quota-backend-bytes: 20000000\n");
        var state = Path.Combine(In(0), "lib/kvnode");
        await Command.RunAsync("/usr/bin/mount", "-t", "tmpfs", "-o", "size=320m", "tmpfs", state);
        try
        {
            await MustAsync(0, "systemctl start kvnode; fallocate -l 100M /var/lib/kvnode/ballast");
            await MustAsync(0, "fallocate -l $(($(df --output=avail -B1 /var/lib/kvnode | tail -1) - 4096)) /var/lib/kvnode/others || true");
            await Eventually.Holds(
                async () => await RefusalAsync("more", 400) == "etcdserver: mvcc: database space exceeded",
                "writes are refused on a full disk", TimeSpan.FromMinutes(1));
            await RunAsync(RecoveryPage.Sections[Section][0]);

            Assert.Equal("etcdserver: mvcc: database space exceeded", await RefusalAsync("garbage", 400));
            Assert.Contains("NOSPACE", await MustAsync(0, "etcdctl --endpoints http://n1:2379 alarm list"), StringComparison.Ordinal);
            await RunAsync(RecoveryPage.Sections[Section][1]);
            Assert.Equal(2, RecoveryPage.Sections[Section].Count);
            Assert.Equal("it\nworks\n", await MustAsync(0, "etcdctl --endpoints http://n1:2379 get it"));
        }
        finally
        {
            await KillAsync(0);
            await Command.RunAsync("/usr/bin/umount", "-l", state);
        }
    }

    /// <summary>Three members with some keys.</summary>
    private async Task BootAsync()
    {
        for (var host = 0; host < 3; host++)
        {
            Prepare(host, "n1=http://n1:2380,n2=http://n2:2380,n3=http://n3:2380", "");
            await MustAsync(host, "systemctl start --no-block kvnode");
        }

        await MustAsync(0, $"until etcdctl --endpoints {All} endpoint health; do sleep 0.2; done");
        await PutAsync("k", Keys, 500);

        // Members that have only just met do not let others in. After this they do.
        await MustAsync(0, """
            until etcdctl --endpoints http://n1:2379 member add guest --learner --peer-urls http://guest:2380; do sleep 0.2; done
            guest=$(etcdctl --endpoints http://n1:2379 member list | awk -F', ' '$2 == "unstarted" { print $1 }')
            etcdctl --endpoints http://n1:2379 member remove "$guest"
            """);
    }

    /// <summary>A host's own files: names of the others, and the settings the page shows.</summary>
    private void Prepare(int host, string initialCluster, string more)
    {
        var name = $"n{host + 1}";
        Directory.CreateDirectory(Path.Combine(In(host), "etc/kvnode"));
        Directory.CreateDirectory(Path.Combine(In(host), "lib/kvnode"));
        File.WriteAllLines(
            Path.Combine(In(host), "etc/hosts"),
            [
                "127.0.0.1 localhost", .. Enumerable.Range(0, 3).Select(i => $"{TestHosts.AddressOf(i)} n{i + 1}"),
                $"{TestHosts.BridgeAddress} nowhere",
            ]);
        File.WriteAllText(Path.Combine(In(host), "etc/kvnode/kvnode.yaml"), $"""
            name: {name}
            data-dir: /var/lib/kvnode/data
            listen-client-urls: http://0.0.0.0:2379
            advertise-client-urls: http://{name}:2379
            listen-peer-urls: http://0.0.0.0:2380
            initial-advertise-peer-urls: http://{name}:2380
            initial-cluster: {initialCluster}
            initial-cluster-state: new
            {more}
            """);
    }

    private async Task PlayAsync(string section)
    {
        foreach (var block in RecoveryPage.Sections[section])
        {
            await RunAsync(block);
        }
    }

    private async Task RunAsync(RecoveryBlock block)
    {
        var result = await TypeAsync(block.Host, block.Commands);
        _played.Add($"n{block.Host + 1}$ {block.Commands}{result.Output}{result.Error}");
        Assert.True(result.ExitCode == 0, string.Join('\n', _played));
    }

    /// <summary>All keys are there, three members have names, and all have the same data.</summary>
    private async Task AssertWholeAsync()
    {
        var members = await MustAsync(0, "etcdctl --endpoints http://n1:2379 member list");
        Assert.Equal(["n1", "n2", "n3"], members.Trim().Split('\n').Select(line => line.Split(", ")[2]).Order());
        Assert.Equal($"{Keys}", (await MustAsync(0, $"etcdctl --endpoints {All} get k/ --prefix --keys-only | grep -c k/")).Trim());
        await Eventually.Holds(
            async () =>
            {
                var hashes = await MustAsync(0, $"etcdctl --endpoints {All} endpoint hashkv");
                return Regex.Matches(hashes, @", (\d+)").Select(match => match.Groups[1].Value).Distinct().Count() == 1;
            },
            "all members have the same data");
    }

    private async Task<long> RevisionAsync() => long.Parse(Regex.Match(
        await MustAsync(0, "etcdctl --endpoints http://n1:2379 endpoint status -w json"), "\"revision\":(\\d+)").Groups[1].Value);

    /// <summary>Puts keys through the first host.</summary>
    private static async Task PutAsync(string prefix, int count, int bytes)
    {
        using var client = new Client($"http://{TestHosts.AddressOf(0)}:2379");
        var value = ByteString.CopyFrom(new byte[bytes]);
        for (var i = 0; i < count; i++)
        {
            await client.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"{prefix}/{i}"), Value = value });
        }
    }

    /// <summary>What one of many puts of 60 KB is refused with; empty if none is.</summary>
    private static async Task<string> RefusalAsync(string prefix, int count)
    {
        try
        {
            await PutAsync(prefix, count, 60_000);
            return "";
        }
        catch (RpcException e)
        {
            return e.Status.Detail;
        }
    }

    private async Task<string> MustAsync(int host, string commands)
    {
        var result = await TypeAsync(host, commands);
        Assert.True(result.ExitCode == 0, $"n{host + 1}$ {commands}\n{result.Output}{result.Error}");
        return result.Output;
    }

    /// <summary>Types commands into a shell on a host.</summary>
    private async Task<CommandResult> TypeAsync(int host, string commands)
    {
        var script = Path.Combine(In(host), "commands.sh");
        await File.WriteAllTextAsync(script, commands);
        return await _hosts.TryAsync(
            host, "/usr/bin/unshare", "--mount", Path.Combine(Here, "enter.sh"), In(host), Path.GetFullPath(Tools.KvNode), script);
    }

    /// <summary>The end of a process, without a goodbye.</summary>
    private Task<CommandResult> KillAsync(int host) =>
        TypeAsync(host, """
            [ -e /var/lib/kvnode.pid ] || exit 0
            kill -9 $(cat /var/lib/kvnode.pid) || true
            while kill -0 $(cat /var/lib/kvnode.pid); do sleep 0.05; done
            rm -f /var/lib/kvnode.pid
            """);

    private string DataOf(int host) => Path.Combine(In(host), "lib/kvnode/data");

    private string In(int host) => Path.Combine(_directory, $"n{host + 1}");
}
