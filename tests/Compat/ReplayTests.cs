// A crash recorded by real processes, replayed by the real command: what it tells, and what it must not hold.
using System.Text;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Shows 4 of trust.</summary>
public sealed class ReplayTests
{
    private const string Password = "correct-horse-battery";
    private const string Value = "the-value-of-all-values";

    [Fact]
    public async Task A_killed_leader_is_a_story_that_the_survivors_tell_and_holds_no_secrets()
    {
        using var cluster = await TestCluster.StartAsync(3);
        var leader = await DurabilityTests.LeaderOf(cluster);
        var survivors = cluster.Nodes.Where(node => node != leader).ToArray();
        await EtcdCtl.RunAsync(leader.ClientUrl, "user", "add", "root:" + Password);
        await EtcdCtl.RunAsync(leader.ClientUrl, "user", "grant-role", "root", "root");
        await EtcdCtl.RunAsync(leader.ClientUrl, "auth", "enable");
        using var client = new JsonClient(survivors[0].ClientUrl);
        var token = (string)(await client.PostAsync(
            "/v3/auth/authenticate", $$"""{"name":"root","password":"{{Password}}"}""")).Body["token"]!;
        client.UseToken(token);
        await PutAsync(client);
        leader.Kill();
        await PutAsync(client);

        // While the node runs.
        var follower = await ReplayAsync(survivors[0].DataDirectory);

        Assert.Contains($"since {leader.Name} was not heard for ", (await ReplayAsync(cluster.Directory)).Output, StringComparison.Ordinal);
        Assert.Contains($" follows {leader.Name}, which leads term ", follower.Output, StringComparison.Ordinal);
        Assert.Contains(" leads term ", follower.Output[follower.Output.IndexOf(leader.Name, StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Equal(0, follower.ExitCode);

        await leader.Start().WhenReadyAsync();
        foreach (var node in cluster.Nodes)
        {
            node.Process!.Terminate();
            Assert.Equal(0, await node.Process.WhenExitedAsync());
        }

        var all = await ReplayAsync(cluster.Directory);

        Assert.Equal((0, ""), (all.ExitCode, all.Error));
        Assert.Matches("replayed [0-9]+ steps; each came to what it did on the node\n$", all.Output);
        var starts = all.Output.Split('\n').Where(line => line.Contains(" starts with kvnode ", StringComparison.Ordinal));
        Assert.Equal(4, starts.Count());
        Assert.Equal(3, all.Output.Split('\n').Count(line => line.EndsWith("the process is told to stop", StringComparison.Ordinal)));
        AssertNothingSecret(cluster, token);
    }

    [Fact]
    public async Task The_command_says_how_it_is_used_and_what_is_missing()
    {
        var help = await Command.TryAsync(Tools.KvNode, "replay", "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("Usage: kvnode replay DIR [flags]", help.Output, StringComparison.Ordinal);

        var nothing = await Command.TryAsync(Tools.KvNode, "replay", "/nowhere");
        Assert.Equal(1, nothing.ExitCode);
        Assert.StartsWith("kvnode: there is no recording in /nowhere: ", nothing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_told_not_to_records_nothing()
    {
        using var cluster = await TestCluster.StartAsync(1, "--recorder-bytes", "0");

        Assert.False(Directory.Exists(RecorderOf(cluster.Nodes[0])));
    }

    private static Task<CommandResult> ReplayAsync(string directory) => Command.TryAsync(Tools.KvNode, "replay", directory);

    private static async Task PutAsync(JsonClient client)
    {
        var put = $$"""{"key":"{{JsonClient.Base64("k")}}","value":"{{JsonClient.Base64(Value)}}"}""";
        await Eventually.Holds(
            async () => (await client.PostAsync("/v3/kv/put", put)).Body["header"] is not null, "a put succeeds");
    }

    /// <summary>What is in the log is not in the recording.</summary>
    private static void AssertNothingSecret(TestCluster cluster, string token)
    {
        foreach (var node in cluster.Nodes)
        {
            Assert.Contains(Value, ContentOf(Path.Combine(node.DataDirectory, "member", "wal")), StringComparison.Ordinal);
            var recorded = ContentOf(RecorderOf(node));
            Assert.Contains(node.Name, recorded, StringComparison.Ordinal);
            foreach (var secret in new[] { Value, Password, token.Split('.')[0], "$2", "root" })
            {
                Assert.DoesNotContain(secret, recorded, StringComparison.Ordinal);
            }
        }
    }

    private static string RecorderOf(Node node) => Path.Combine(node.DataDirectory, "member", "recorder");

    private static string ContentOf(string directory) =>
        string.Concat(Directory.GetFiles(directory).Select(path => Encoding.Latin1.GetString(File.ReadAllBytes(path))));
}
