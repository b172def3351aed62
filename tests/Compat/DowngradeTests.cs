// Maintenance.Downgrade: one minor version back and no other, one at a time, and it is remembered.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Downgrades over JSON.</summary>
public sealed class DowngradeTests
{
    [Fact]
    public async Task A_downgrade_is_validated_enabled_shown_and_cancelled()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        using var client = new JsonClient(node.ClientUrl);
        await SaysAsync("3.6", "VALIDATE", "3.5.0");
        await SaysAsync("etcdserver: invalid downgrade target version", "VALIDATE", "3.4.0");
        await SaysAsync("etcdserver: invalid downgrade target version", "VALIDATE", "3.6.0");
        await SaysAsync("etcdserver: wrong downgrade target version format", "VALIDATE", "three");
        await SaysAsync("etcdserver: wrong downgrade target version format", "ENABLE", "");
        await SaysAsync("etcdserver: no inflight downgrade job", "CANCEL", "");
        Assert.Equal("{}", await InfoAsync());

        await SaysAsync("3.6", "ENABLE", "3.5");
        Assert.Equal("""{"enabled":true,"targetVersion":"3.5.0"}""", await InfoAsync());
        await SaysAsync("etcdserver: cluster has a downgrade job in progress", "ENABLE", "3.5.0");
        node.Kill();
        await node.Start().WhenReadyAsync();
        Assert.Equal("""{"enabled":true,"targetVersion":"3.5.0"}""", await InfoAsync());
        await SaysAsync("3.6", "CANCEL", "");
        Assert.Equal("{}", await InfoAsync());

        async Task SaysAsync(string expected, string action, string version)
        {
            var said = await client.PostAsync("/v3/maintenance/downgrade", $$"""{"action":"{{action}}","version":"{{version}}"}""");
            Assert.Equal(expected, (string?)said.Body["message"] ?? (string?)said.Body["version"]);
        }

        async Task<string> InfoAsync() =>
            (await client.PostAsync("/v3/maintenance/status", "{}")).Body["downgradeInfo"]!.ToJsonString();
    }
}
