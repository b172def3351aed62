// The first start: a new cluster is computed, an existing one is asked.
using Kv.Core.Apply;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Tests.Peers;
using Xunit;

namespace Kv.Node.Tests.Bootstrap;

public sealed class BootstrapTests
{
    [Fact]
    public async Task A_new_cluster_is_computed_without_asking_anybody()
    {
        var identity = await Hosting.Bootstrap.IdentifyAsync(Load(), CancellationToken.None);

        Assert.Equal(0xcdf818194e3a8c32UL, identity.ClusterId);
    }

    [Fact]
    public async Task An_existing_cluster_tells_a_joining_member_who_it_is()
    {
        await using var running = await TestMember.StartAsync(2);
        running.Members =
        [
            new Member(2, "old", [running.Url.OriginalString], [], false),
            new Member(7, "", ["http://localhost:2380"], [], true),
        ];
        var options = Load(
            "--name=new",
            "--initial-cluster-state=existing",
            $"--initial-cluster=dead={TestMember.DeadUrl().OriginalString},old={running.Url.OriginalString},new=http://localhost:2380");

        var identity = await Hosting.Bootstrap.IdentifyAsync(options, CancellationToken.None);

        Assert.Equal((0xc1UL, 7UL), (identity.ClusterId, identity.MemberId));
        Assert.Equal([2UL, 7UL], identity.Members.Select(member => member.Id));
    }

    [Fact]
    public async Task An_existing_cluster_that_does_not_answer_is_named()
    {
        var dead = TestMember.DeadUrl().OriginalString;
        var options = Load(
            "--name=new", "--initial-cluster-state=existing", $"--initial-cluster=old={dead},new=http://localhost:2380");

        var problem = await Assert.ThrowsAsync<OptionsException>(
            () => Hosting.Bootstrap.IdentifyAsync(options, CancellationToken.None));
        var alone = await Assert.ThrowsAsync<OptionsException>(
            () => Hosting.Bootstrap.IdentifyAsync(Load("--initial-cluster-state=existing"), CancellationToken.None));

        Assert.EndsWith($"answers ({dead})", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("(there is none)", alone.Message, StringComparison.Ordinal);
    }

    private static NodeOptions Load(params string[] arguments) =>
        OptionsLoader.Load(arguments, new Dictionary<string, string>()).Options;
}
