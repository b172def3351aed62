// scripts/demo.ps1, as a newcomer runs it.

using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection("specs")]
public sealed class DemoTests
{
    [Fact]
    public void The_demo_shows_everything_and_leaves_nothing_behind()
    {
        var folder = TestPaths.NewFolder();
        using var shell = new Shell();
        shell.Run("$env:KVNODE = $b; & $a -Path $c", Path.Combine(TestPaths.Repository, "scripts", "demo.ps1"), TestPaths.NodeProgram, folder).WithoutErrors();
        var shown = shell.Host.Console.Text;
        foreach (var text in new[] { "demo-n3", "Healthy", "https://127.0.0.1:", "anna", "KvPermissionDenied", "app/job/5", "app/worker/7", "demo.db", "copy-n1", "Degraded" })
        {
            Assert.True(shown.Contains(text, StringComparison.Ordinal), $"'{text}' is not in:\n{shown}");
        }

        Assert.False(Directory.Exists(folder));
    }
}
