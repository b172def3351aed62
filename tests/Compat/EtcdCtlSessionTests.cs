// Debian's etcdctl where it holds something or follows something: locks, elections, interactive watches,
// mirrors, the move of the leader. What it prints against kvnode is what it prints against etcd.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Shows 2 of the v3 API: the commands that stay.</summary>
public sealed class EtcdCtlSessionTests(ReferencePair pair) : IClassFixture<ReferencePair>
{
    [Fact]
    public async Task A_lock_runs_a_command_and_prints_its_key()
    {
        Assert.Equal("held\n", await pair.SameAsync("lock", "exec", "echo", "held"));
        var lines = await pair.SameLinesAsync(1, NothingAsync, "lock", "stay");
        Assert.StartsWith("stay/", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_lock_waits_for_the_first()
    {
        await pair.SameLinesAsync(
            0,
            async (url, first) =>
            {
                var held = await EtcdCtl.LineAsync(first);
                using var second = EtcdCtl.Open(url, "lock", "twice");
                var waiting = EtcdCtl.LineAsync(second);
                await Eventually.Holds(
                    async () => (await EtcdCtl.RunAsync(url, "get", "--prefix", "--keys-only", "twice/")).Split("twice/").Length == 3,
                    "both are in the queue");
                Assert.False(waiting.IsCompleted);
                await EtcdCtl.RunAsync(url, "del", held);
                var then = await waiting;
                second.Kill();
                return [held, then];
            },
            "lock",
            "twice");
    }

    [Fact]
    public async Task An_election_is_won_proclaimed_and_observed()
    {
        var lines = await pair.SameLinesAsync(
            0,
            async (url, leader) =>
            {
                var won = new[] { await EtcdCtl.LineAsync(leader), await EtcdCtl.LineAsync(leader) };
                using var observer = EtcdCtl.Open(url, "elect", "-l", "seat");
                var seen = new[] { await EtcdCtl.LineAsync(observer), await EtcdCtl.LineAsync(observer) };
                observer.Kill();
                return [.. won, .. seen];
            },
            "elect",
            "seat",
            "first");
        Assert.Equal(["first", "first"], [lines[1], lines[3]]);
        Assert.Equal(lines[0], lines[2]);
    }

    [Fact]
    public async Task An_interactive_watch_takes_several_watches_and_tells_progress()
    {
        var lines = await pair.SameLinesAsync(
            0,
            async (url, watch) =>
            {
                await EtcdCtl.RunAsync(url, "put", "i/a", "1");
                await watch.StandardInput.WriteLineAsync("watch --rev=1 i/a");
                var seen = new List<string>();
                await ReadAsync(watch, 3, seen);
                await watch.StandardInput.WriteLineAsync("watch --prefix --rev=1 i/b");
                await EtcdCtl.RunAsync(url, "put", "i/b1", "2");
                await ReadAsync(watch, 3, seen);
                await EtcdCtl.RunAsync(url, "del", "i/a");
                await ReadAsync(watch, 3, seen);
                return seen;
            },
            "watch",
            "-i");
        Assert.Equal(["PUT", "i/a", "1", "PUT", "i/b1", "2", "DELETE", "i/a", ""], lines);
    }

    [Fact]
    public async Task A_mirror_carries_everything_over_in_both_directions()
    {
        await MirrorAsync(pair.KvUrl, pair.EtcdUrl, "ours/");
        await MirrorAsync(pair.EtcdUrl, pair.KvUrl, "theirs/");
    }

    [Fact]
    public async Task The_leader_is_moved_only_to_a_member()
    {
        await pair.SameAsync("move-leader", "1234");
        await pair.SameAsync("move-leader", "not hex");
    }

    private static Task<IEnumerable<string>> NothingAsync(string url, System.Diagnostics.Process process) =>
        Task.FromResult<IEnumerable<string>>([]);

    private static async Task ReadAsync(System.Diagnostics.Process process, int count, List<string> into)
    {
        for (var i = 0; i < count; i++)
        {
            into.Add(await EtcdCtl.LineAsync(process));
        }
    }

    private static async Task MirrorAsync(string from, string to, string prefix)
    {
        for (var i = 0; i < 20; i++)
        {
            await EtcdCtl.RunAsync(from, "put", $"{prefix}{i}", $"before {i}");
        }

        using var mirror = EtcdCtl.Open(from, "make-mirror", "--prefix", prefix, "--no-dest-prefix", to["http://".Length..]);
        try
        {
            // What is there is copied first, what happens from then on is followed.
            await Eventually.Holds(
                async () => await EtcdCtl.RunAsync(to, "get", "19") == "19\nbefore 19\n"
                    && await EtcdCtl.RunAsync(to, "get", "7") != "",
                "the keys are there");
            await EtcdCtl.RunAsync(from, "put", $"{prefix}later", "x");
            await EtcdCtl.RunAsync(from, "del", $"{prefix}7");
            await Eventually.Holds(
                async () => await EtcdCtl.RunAsync(to, "get", "later") == "later\nx\n"
                    && await EtcdCtl.RunAsync(to, "get", "7") == "",
                "the changes are there");
        }
        finally
        {
            mirror.Kill();
        }
    }

}
